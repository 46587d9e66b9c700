"""Figures of how two trainings part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from minicnn.fer.figures.style import new_figure
from minicnn.verification.trajectory import TOLERANCE, Trajectory

__all__ = ["divergence_by_layer", "divergence_by_step"]

#: Below it there is nothing but the last digit of a float64.
_LEAST = 1e-17


def divergence_by_step(trajectories: Sequence[Trajectory]) -> Figure:
    """Show the largest divergence of any layer after every step, of every dtype."""
    figure = new_figure(3.2)
    axes = figure.add_subplot(title="How far two trainings part")
    axes.grid(axis="y")
    for one in trajectories:
        largest = np.maximum(one.divergence.max(axis=1), _LEAST)
        axes.plot(range(1, len(largest) + 1), largest, label=one.dtype)
    axes.axhline(TOLERANCE, color="C6", linestyle="--", label="allowed in float64")
    axes.set(xlabel="step", ylabel="relative difference", yscale="log")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def divergence_by_layer(trajectory: Trajectory) -> Figure:
    """Show the divergence of every layer after every step as colours."""
    figure = new_figure(4.2)
    axes = figure.add_subplot(title=f"By layer, {trajectory.dtype}")
    values = np.maximum(trajectory.divergence.T, _LEAST)
    steps, layers = len(trajectory.losses), len(trajectory.layers)
    image = axes.imshow(
        values,
        aspect="auto",
        interpolation="nearest",
        norm=LogNorm(),
        extent=(0.5, steps + 0.5, layers - 0.5, -0.5),
    )
    axes.set_yticks(range(layers), trajectory.layers, fontsize=7)
    axes.set_xlabel("step")
    figure.colorbar(image, label="relative difference", location="bottom", shrink=0.8)
    return figure
