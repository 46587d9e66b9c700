"""Rates that fall: by a factor, by steps, along a power, with the inverse of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minicnn.intervals import number_in, whole_number_in
from minicnn.schedules.base import LearningRateSchedule, f32, of_steps

__all__ = ["ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay"]


class ExponentialDecay(LearningRateSchedule):
    """Multiply the rate by a constant factor every so many steps.

        rate(t) = initial_learning_rate * decay_rate^(t / decay_steps)    (schedules.1)

    Parameters
    ----------
    initial_learning_rate : float
        Rate at step 0.
    decay_steps : int
        Steps after which the rate has been multiplied by `decay_rate` once.
    decay_rate : float
        That factor.
    staircase : bool
        Whether t / decay_steps is rounded down, so that the rate falls in steps.
    name : str
        Kept for Keras's files.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = number_in(
            "[0, inf)", initial_learning_rate, f"{name}: initial_learning_rate"
        )
        self.decay_steps = whole_number_in("[1, inf)", decay_steps, f"{name}: decay_steps")
        self.decay_rate = number_in("[0, inf)", decay_rate, f"{name}: decay_rate")
        self.staircase = bool(staircase)
        self.name = name

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.1) at `step`."""
        p = f32(step) / f32(self.decay_steps)
        if self.staircase:
            p = np.floor(p)
        return float(f32(self.initial_learning_rate) * f32(self.decay_rate) ** p)


class InverseTimeDecay(LearningRateSchedule):
    """Divide the rate by a number that grows evenly.

        rate(t) = initial_learning_rate / (1 + decay_rate t / decay_steps)    (schedules.4)

    Parameters
    ----------
    initial_learning_rate, decay_steps, staircase, name
        See :class:`ExponentialDecay`.
    decay_rate : float
        How much the divisor grows in `decay_steps` steps.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = number_in(
            "[0, inf)", initial_learning_rate, f"{name}: initial_learning_rate"
        )
        self.decay_steps = whole_number_in("[1, inf)", decay_steps, f"{name}: decay_steps")
        self.decay_rate = number_in("[0, inf)", decay_rate, f"{name}: decay_rate")
        self.staircase = bool(staircase)
        self.name = name

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.4) at `step`."""
        p = f32(step) / f32(self.decay_steps)
        if self.staircase:
            p = np.floor(p)
        return float(f32(self.initial_learning_rate) / (f32(1) + f32(self.decay_rate) * p))


class PolynomialDecay(LearningRateSchedule):
    """Let the rate fall to another one along a power, by default on a line.

        rate(t) = (initial_learning_rate - end_learning_rate) (1 - t / T)^power + end_learning_rate
                                                                                (schedules.5)

    T is `decay_steps`, and t stops there. With `cycle`, T is the next multiple of it instead, so
    the rate rises again whenever it has reached its end.

    Parameters
    ----------
    initial_learning_rate, decay_steps, name
        See :class:`ExponentialDecay`.
    end_learning_rate : float
        Rate at the end.
    power : float
        Above 0.
    cycle : bool
        Whether to begin again at the end.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = number_in(
            "[0, inf)", initial_learning_rate, f"{name}: initial_learning_rate"
        )
        self.decay_steps = whole_number_in("[1, inf)", decay_steps, f"{name}: decay_steps")
        self.end_learning_rate = number_in(
            "[0, inf)", end_learning_rate, f"{name}: end_learning_rate"
        )
        self.power = number_in("(0, inf)", power, f"{name}: power")
        self.cycle = bool(cycle)
        self.name = name

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.5) at `step`."""
        t, whole = f32(step), f32(self.decay_steps)
        if self.cycle:
            whole *= np.ceil(t / whole) if step else f32(1)
        else:
            t = min(t, whole)
        end = f32(self.end_learning_rate)
        left = (f32(1) - t / whole) ** f32(self.power)
        return float((f32(self.initial_learning_rate) - end) * left + end)


class PiecewiseConstantDecay(LearningRateSchedule):
    """Keep a rate up to a step, then the next one.

        rate(t) = values_k  for  boundaries_{k-1} < t <= boundaries_k    (schedules.6)

    Parameters
    ----------
    boundaries : sequence of int
        Steps at which a rate ends, rising.
    values : sequence of float
        The rates, one more than boundaries.
    name : str
        Kept for Keras's files.

    Raises
    ------
    ValueError
        If the lengths do not fit, the boundaries do not rise or a value is out of range.
    """

    def __init__(
        self,
        boundaries: Sequence[int],
        values: Sequence[float],
        name: str = "PiecewiseConstant",
    ) -> None:
        if len(boundaries) != len(values) - 1 or not len(boundaries):
            raise ValueError(
                f"{name}: expected one value more than boundaries, and at least one boundary, "
                f"got {len(boundaries)} boundaries and {len(values)} values."
            )
        self.boundaries = [
            whole_number_in("[0, inf)", b, f"{name}: boundaries") for b in boundaries
        ]
        if sorted(self.boundaries) != self.boundaries:
            raise ValueError(f"{name}: boundaries must rise, got {list(boundaries)}.")
        self.values = [number_in("[0, inf)", v, f"{name}: values") for v in values]
        self.name = name

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.6) at `step`."""
        passed = sum(step > boundary for boundary in self.boundaries)
        return float(f32(self.values[passed]))
