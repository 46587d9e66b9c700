"""What was taken for what: the confusion matrix and its largest mistakes."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.figures.style import new_figure, readable_on

__all__ = ["confused_pairs", "confusion_figure", "most_confused"]


def confusion_figure(evaluation: Evaluation, *, normalised: bool = False) -> Figure:
    """Show the confusion matrix as counts, or each row as shares of its images."""
    counts = evaluation.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = new_figure(max(4.7, 1.2 + 0.5 * len(evaluation.class_names)))
    how = "share of each row" if normalised else "images"
    axes = figure.add_subplot(title=f"Confusion matrix, {how}")
    # Coloured by shares in both: a rare emotion's row is as plain as a frequent one's.
    image = axes.imshow(shares, vmin=0, vmax=1)
    names = evaluation.class_names
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="predicted", ylabel="true")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for (i, j), share in np.ndenumerate(shares):
        words = f"{share:.0%}" if normalised else f"{counts[i, j]:,}"
        colour = readable_on(*image.to_rgba(share)[:3])
        axes.text(j, i, words, ha="center", va="center", color=colour)
    return figure


def most_confused(evaluation: Evaluation, count: int = 10) -> list[tuple[str, str, int, float]]:
    """Return the most frequent mistakes: true, predicted, images, share of the true ones."""
    counts, names = evaluation.confusion, evaluation.class_names
    wrong = counts - np.diag(np.diagonal(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:count]
    pairs = [divmod(int(place), len(names)) for place in order]
    return [
        (names[i], names[j], int(wrong[i, j]), float(wrong[i, j] / counts[i].sum()))
        for i, j in pairs
        if wrong[i, j]
    ]


def confused_pairs(evaluation: Evaluation) -> Figure:
    """Show the most frequent mistakes as bars."""
    pairs = most_confused(evaluation)
    figure = new_figure(0.7 + 0.28 * max(1, len(pairs)))
    axes = figure.add_subplot(title="Most frequent mistakes")
    if not pairs:
        axes.set_axis_off()
        axes.text(0, 0.5, "No mistakes", transform=axes.transAxes, va="center")
        return figure
    names = [f"{true} taken for {said}" for true, said, _, _ in pairs]
    bars = axes.barh(names, [images for _, _, images, _ in pairs], color="C1")
    words = [f"{images:,} ({share:.0%} of {true})" for true, _, images, share in pairs]
    axes.bar_label(bars, words, padding=3)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.9 * max(images for _, _, images, _ in pairs))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)
    return figure
