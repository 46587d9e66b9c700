"""Figures of faces: samples, mistakes, predictions beside the truth."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicnn.data.corruptions import CORRUPTIONS, corrupt
from minicnn.data.dataset import Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.figures.style import blank_axes
from minicnn.random import check_seed

__all__ = [
    "corrupted_images",
    "draw_face",
    "misclassified_images",
    "sample_images",
    "true_against_predicted",
]

_GAP = 0.06


def draw_face(axes: Axes, pixels: np.ndarray, left: float, top: float, white: float = 255) -> None:
    """Put pixels, grey (h, w, 1) or RGB (h, w, 3), into a square of side 1 less a gap."""
    side = 1 - _GAP
    where = (left, left + side, top + side, top)
    shown = pixels[:, :, 0] if pixels.shape[-1] == 1 else pixels / white
    axes.imshow(shown, cmap="gray", vmin=0, vmax=white, extent=where, aspect="auto")


def sample_images(
    split: Split, *, class_names: Sequence[str] = EMOTIONS, rows: int = 5, seed: int = 0
) -> Figure:
    """Show images drawn by chance, a column for each class."""
    rng = np.random.default_rng(check_seed(seed))
    head = 0.3
    figure, axes = blank_axes(len(class_names), rows + head, title="Sample images")
    for column, name in enumerate(class_names):
        axes.text(column + (1 - _GAP) / 2, head / 2, name, ha="center", va="center")
        members = rng.permutation(np.flatnonzero(split.labels == column))
        for row, index in enumerate(members[:rows]):
            draw_face(axes, split.images[index], column, head + row)
    _hold(axes, len(class_names), rows + head)
    return figure


def misclassified_images(
    split: Split, evaluation: Evaluation, *, rows: int = 5, columns: int = 4
) -> Figure:
    """Show the wrong predictions, the surest first: true and predicted label, and confidence."""
    confidence, names = evaluation.probabilities.max(axis=1), evaluation.class_names
    wrong = np.flatnonzero(evaluation.predicted != evaluation.labels)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")][: rows * columns]
    rows, words = max(1, -(-len(wrong) // columns)), 0.6
    figure, axes = blank_axes(columns, rows * (1 + words), title="Mistakes, most confident first")
    if len(wrong) == 0:
        axes.text(columns / 2, 0.5, "No mistakes", ha="center")
    for place, index in enumerate(wrong):
        left, top = place % columns, place // columns * (1 + words)
        draw_face(axes, split.images[index], left, top)
        true, said = names[evaluation.labels[index]], names[evaluation.predicted[index]]
        axes.text(left, top + 1, f"true: {true}", va="top")
        axes.text(left, top + 1.18, f"said: {said}", va="top", color="C1")
        axes.text(left, top + 1.36, _percent(confidence[index]), va="top", color="C1")
    _hold(axes, columns, rows * (1 + words))
    return figure


def _percent(probability: float) -> str:
    """Never 100 %: that would be certainty."""
    return ">99.9%" if probability > 0.9995 else f"{probability:.1%}"


def true_against_predicted(
    split: Split, evaluation: Evaluation, *, count: int = 6, seed: int = 0
) -> Figure:
    """Show images drawn by chance beside the probabilities of all classes, the true one marked."""
    rng = np.random.default_rng(check_seed(seed))
    chosen = rng.permutation(evaluation.images)[:count]
    width, names, start, end = 3.0, 1.72, 1.76, 2.68
    height = len(chosen) * 1.08
    figure, axes = blank_axes(width, height, title="True against predicted (● is true)")
    for row, index in enumerate(chosen):
        top, true = 1.08 * row, evaluation.labels[index]
        draw_face(axes, split.images[index], 0.03, top)
        step = (1 - _GAP) / len(evaluation.class_names)
        for label, probability in enumerate(evaluation.probabilities[index]):
            y = top + (label + 0.5) * step
            right, weight = label == true, "bold" if label == true else "normal"
            mark = "● " if right else ""
            name = mark + evaluation.class_names[label]
            axes.text(names, y, name, ha="right", va="center", fontweight=weight)
            length = (end - start) * float(probability)
            axes.barh(y, length, 0.75 * step, left=start, color="C0" if right else "C1")
            if label == evaluation.predicted[index]:
                axes.text(start + length + 0.02, y, f"{probability:.0%}", va="center")
    _hold(axes, width, height)
    return figure


def corrupted_images(image: np.ndarray, *, seed: int = 0) -> Figure:
    """Show what every corruption and severity makes of an image, uint8 (h, w, c)."""
    x, left, words = to_inputs(image[None]), 1.3, 0.25
    width, height = left + 5, len(CORRUPTIONS) * (1 + words)
    figure, axes = blank_axes(width, height, title="One image, corrupted")
    for row, (name, (unit, levels, _)) in enumerate(CORRUPTIONS.items()):
        top = row * (1 + words)
        axes.text(0.0, top + 0.35, name, va="center", fontweight="bold")
        axes.text(0.0, top + 0.5, textwrap.fill(unit, 14), va="top", fontsize=7)
        for column, level in enumerate(levels):
            draw_face(axes, corrupt(x, name, level, seed)[0], left + column, top, white=1)
            middle = left + column + (1 - _GAP) / 2
            axes.text(middle, top + 1.07, f"{level:g}", ha="center", va="center", fontsize=8)
    _hold(axes, width, height)
    return figure


def _hold(axes: Axes, width: float, height: float) -> None:
    """Undo what drawing images and bars did to the limits."""
    axes.set(xlim=(0, width), ylim=(height, 0))
