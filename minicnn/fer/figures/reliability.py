"""Is the model right as often as it says? Guo et al. 2017, figure 1."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from minicnn.classification import calibration_bins
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.figures.style import new_figure

__all__ = ["reliability_diagram"]


def reliability_diagram(evaluation: Evaluation) -> Figure:
    """Show accuracy by confidence, in bins, and below it how many images are in each."""
    bins = calibration_bins(evaluation.labels, evaluation.probabilities)
    n = len(bins.support)
    middles, there = (np.arange(n) + 0.5) / n, bins.support > 0
    figure = new_figure(4.8)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    error = f"Calibration error: {evaluation.calibration_error:.1%}"
    upper.set_title(error)
    upper.bar(middles[there], bins.accuracy[there], 0.9 / n, color="C0", label="accuracy")
    upper.plot([0, 1], [0, 1], "--", color="C1", label="as often as it says")
    upper.set(ylim=(0, 1), xlim=(0, 1), ylabel="right")
    figure.legend(loc="outside lower center", ncols=2)
    lower.bar(middles, bins.support, 0.9 / n, color="C6")
    lower.set(xlabel="confidence", ylabel="images")
    for axis in (upper.yaxis, lower.xaxis):
        axis.set_major_formatter(PercentFormatter(1))
    return figure
