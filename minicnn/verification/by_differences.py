"""Gradients against differences of the forward pass, in float64: layers, losses, the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.checking import GradientReport, check_gradients, check_loss_gradient
from minicnn.verification.check import Check
from minicnn.verification.subjects import LAYERS, LOSSES

__all__ = ["check_layers", "check_losses", "check_network"]


def check_layers(seed: int) -> Iterator[Check]:
    """Check every layer, in training mode unless the case says "inference"."""
    rng = np.random.default_rng(seed)
    for name, layer, shape, _ in LAYERS:
        layer.build(shape, rng=0)
        shapes = shape if isinstance(shape[0], tuple) else (shape,)
        xs = tuple(rng.normal(size=(4, *one)) for one in shapes)
        report = check_gradients(
            layer,
            xs if isinstance(shape[0], tuple) else xs[0],
            training="inference" not in name,
            seed=seed,
            entries=20,
        )
        yield from _checks("Layers", name, report)


def check_losses(seed: int) -> Iterator[Check]:
    """Check every loss, with weights of the samples."""
    rng = np.random.default_rng(seed)
    for name, loss, draw, _ in LOSSES:
        y_true, y_pred = draw(rng)
        report = check_loss_gradient(loss, y_true, y_pred, sample_weight=rng.random(5))
        yield from _checks("Losses", name, report)


def check_network(model: Any, x: np.ndarray, seed: int) -> Iterator[Check]:
    """Check two elements of every parameter's gradient in the network, dropout included."""
    # A weight of the first layer moves 9,000 values. With steps of 1e-5, one of them would pass
    # a kink in nearly every case. And batch normalisations of three samples may be so curved that
    # steps of 3e-6 give a slope that is off by 1e-6; the error falls with the square of the step.
    report = check_gradients(model, x, seed=seed, entries=2, step=3e-7)
    yield from _checks("Network", model.name, report)


def _checks(part: str, subject: str, report: GradientReport) -> Iterator[Check]:
    for name, row in report.items():
        problem = row.problem or ("" if row.checked else "kinks everywhere")
        yield Check(part, subject, "differences", f"d{name}", row.error, row.tolerance, problem)
