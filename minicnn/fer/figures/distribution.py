"""How many images there are of each emotion."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from minicnn.data.dataset import Dataset, Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.figures.style import new_figure

__all__ = ["testing_distribution", "training_distribution"]


def training_distribution(dataset: Dataset) -> Figure:
    """Show the number of training images of each emotion."""
    return _distribution(dataset.train, "Training images")


def testing_distribution(dataset: Dataset) -> Figure:
    """Show the number of test images of each emotion."""
    return _distribution(dataset.test, "Test images")


def _distribution(split: Split, title: str) -> Figure:
    counts = np.bincount(split.labels, minlength=len(EMOTIONS))
    figure = new_figure(2.6)
    axes = figure.add_subplot(title=f"{title}: {len(split):,}")
    bars = axes.barh(EMOTIONS, counts, color="C0")
    words = [f"{count:,} ({count / max(1, len(split)):.1%})" for count in counts]
    axes.bar_label(bars, words, padding=3)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.3 * max(1, counts.max()))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)
    return figure
