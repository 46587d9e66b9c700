"""Optimizers and schedules against their formulas in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn import optimizers
from minicnn.schedules import LearningRateSchedule
from minicnn.verification.check import Check
from minicnn.verification.formulas import RATES, STEPS
from minicnn.verification.subjects import OPTIMIZERS, SCHEDULES

__all__ = ["SCHEDULE_TOLERANCE", "check_optimizers", "check_schedules", "title_of"]

#: Twenty steps in float64 with some ten roundings each.
_TOLERANCE = 1e-12
#: Schedules are computed in float32, as in Keras.
SCHEDULE_TOLERANCE = 1e-6


def title_of(name: str, arguments: dict[str, Any]) -> str:
    """Return what the report calls an optimizer."""
    given = ", ".join(f"{key}={value}" for key, value in arguments.items())
    return f"{name}({given})"


def check_optimizers(seed: int) -> Iterator[Check]:
    """Do twenty steps of every optimizer on five numbers."""
    for name, arguments in OPTIMIZERS:
        rng = np.random.default_rng(seed)
        optimizer = getattr(optimizers, name)(**arguments)
        w = rng.normal(size=5)
        expected, memories = list(w), [dict[str, float]() for _ in w]
        for t in range(1, 21):
            # The first gradients are tiny: there it shows where epsilon stands.
            g = (1e-6 if t < 3 else 1.0) * rng.normal(size=5)
            optimizer.step({"w": w}, {"w": g})
            expected = [
                STEPS[name](one, float(slope), t, memory, optimizer)
                for one, slope, memory in zip(expected, g, memories, strict=True)
            ]
        error = float(np.max(np.abs(w - expected)) / np.max(np.abs(expected)))
        yield Check(
            "Optimizers", title_of(name, arguments), "formula", "weights", error, _TOLERANCE
        )


def check_schedules() -> Iterator[Check]:
    """Compute the rates of every schedule at its first forty steps."""
    for schedule in SCHEDULES:
        name = type(schedule).__name__
        expected = np.array([RATES[name](t, schedule) for t in range(40)])
        error = float(np.max(np.abs(rates(schedule) - expected)) / np.max(expected))
        yield Check("Schedules", name, "formula", "rate", error, SCHEDULE_TOLERANCE)


def rates(schedule: LearningRateSchedule) -> np.ndarray:
    """Return the rates of the first forty steps."""
    return np.array([schedule(t) for t in range(40)])
