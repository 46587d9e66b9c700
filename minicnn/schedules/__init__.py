"""Learning rates that depend on the step.

A schedule is called with the number of steps done and returns the rate of the next. Keras
computes schedules in float32, in training in float64 as well; so do these, to give its numbers.
"""

from __future__ import annotations

from typing import Any

from minicnn.registry import resolve
from minicnn.schedules.base import LearningRateSchedule
from minicnn.schedules.cosine import CosineDecay, CosineDecayRestarts
from minicnn.schedules.decays import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

_TABLE: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        CosineDecay,
        CosineDecayRestarts,
        ExponentialDecay,
        InverseTimeDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
    )
}

__all__ = [*_TABLE, "LearningRateSchedule", "get"]


def get(identifier: Any) -> LearningRateSchedule:
    """Return the schedule that an instance or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    return resolve("schedule", identifier, _TABLE, LearningRateSchedule)
