"""Curves: loss and accuracy by epoch, accuracy by severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.figures.style import new_figure

__all__ = ["robustness_curves", "training_curves"]


# Epochs that each have a marker.
_MARKED = 40


def training_curves(history: Mapping[str, Sequence[float]]) -> Figure:
    """Show loss and accuracy by epoch: training and, where they are there, validation and test.

    An upright line marks the epoch with the best accuracy in validation.

    Parameters
    ----------
    history : mapping of str to sequence of float
        ``History.history``, or the columns of a run's history.csv.
    """
    figure = new_figure(4.6)
    panels = figure.subplots(2, 1, sharex=True)
    for axes, name in zip(panels, ("loss", "accuracy"), strict=True):
        axes.set_title(name.capitalize())
        axes.grid(axis="y")
        for key, label, line in (
            (name, "training", "o-"),
            (f"val_{name}", "validation", "s--"),
            (f"test_{name}", "test", "^:"),
        ):
            if key in history:
                epochs = range(1, len(history[key]) + 1)
                size = 3 if len(epochs) <= _MARKED else 0  # more would hide the lines
                axes.plot(epochs, history[key], line, markersize=size, label=label)
        if name == "accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        if history.get("val_accuracy"):
            best = 1 + int(np.argmax(history["val_accuracy"]))
            axes.axvline(best, color="C6", linewidth=0.8, zorder=0)
    panels[0].legend()
    panels[1].set_xlabel("epoch")
    panels[1].xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    return figure


def robustness_curves(result: Robustness, *, classes: int = 7) -> Figure:
    """Show the accuracy of every corruption by severity; 0 is the images as they are."""
    figure = new_figure(4.4)
    axes = figure.add_subplot(title="Accuracy on corrupted images")
    axes.grid(axis="y")
    for (name, values), marker in zip(result.accuracy.items(), "os^vDPX", strict=False):
        accuracies = (result.clean, *values)
        # A marker at 100 % is not cut in half.
        axes.plot(range(len(accuracies)), accuracies, marker=marker, label=name, clip_on=False)
    axes.axhline(1 / classes, color="C6", linestyle=":", label="guessing")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="severity", ylim=(0, 1))
    figure.legend(loc="outside lower center", ncols=3)
    return figure
