"""How many images there are of each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from minicnn.data.dataset import Dataset, Split
from minicnn.fer.figures.style import new_figure

__all__ = ["testing_distribution", "training_distribution"]


def training_distribution(dataset: Dataset) -> Figure:
    """Show the number of training images of each class."""
    return _distribution(dataset.train, dataset.class_names, "Training images")


def testing_distribution(dataset: Dataset) -> Figure:
    """Show the number of test images of each class."""
    return _distribution(dataset.test, dataset.class_names, "Test images")


def _distribution(split: Split, names: Sequence[str], title: str) -> Figure:
    counts = np.bincount(split.labels, minlength=len(names))
    figure = new_figure(max(1.2, 0.5 + 0.3 * len(names)))
    axes = figure.add_subplot(title=f"{title}: {len(split):,}")
    bars = axes.barh(names, counts, color="C0")
    words = [f"{count:,} ({count / max(1, len(split)):.1%})" for count in counts]
    axes.bar_label(bars, words, padding=3)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.3 * max(1, counts.max()))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)
    return figure
