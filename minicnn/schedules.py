"""Learning rates that depend on the step.

A schedule is called with the number of steps done and returns the rate of the next. Keras
computes schedules in float32, in training in float64 as well; so do these, to give its numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minicnn.configurable import Configurable
from minicnn.intervals import number_in, whole_number_in
from minicnn.registry import resolve

__all__ = ["CosineDecay", "ExponentialDecay", "LearningRateSchedule", "get"]

_f32 = np.float32


class LearningRateSchedule(Configurable):
    """A learning rate as a function of the step."""

    keras_module = "keras.optimizers.schedules"

    def __call__(self, step: int) -> float:
        """Return the learning rate of the step after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} does not define __call__.")


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

    def __call__(self, step: int) -> float:
        """Return (schedules.1) at `step`."""
        p = _f32(step) / _f32(self.decay_steps)
        if self.staircase:
            p = np.floor(p)
        return float(_f32(self.initial_learning_rate) * _f32(self.decay_rate) ** p)


class CosineDecay(LearningRateSchedule):
    """Let the rate fall along half a cosine, after a linear warm-up if one is asked for.

    With warm-up the rate first rises on a line; it then decays from r = warmup_target, and t
    counts from the end of the warm-up. Without, r = initial_learning_rate.

        rate(t) = initial_learning_rate
                  + (warmup_target - initial_learning_rate) t / warmup_steps    (schedules.2)
        rate(t) = r ((1 - alpha) (1 + cos(pi min(t / decay_steps, 1))) / 2 + alpha)
                                                                                (schedules.3)

    Parameters
    ----------
    initial_learning_rate : float
        Rate at step 0.
    decay_steps : int
        Steps of the decay, the warm-up's not counted.
    alpha : float
        What remains at the end, as a fraction of r.
    name : str
        Kept for Keras's files.
    warmup_target : float, optional
        Rate at the end of the warm-up; None leaves it out.
    warmup_steps : int
        Steps of the warm-up.

    Raises
    ------
    ValueError
        If a value is out of range.

    Notes
    -----
    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts",
    equation 5, without the restarts.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = number_in(
            "[0, inf)", initial_learning_rate, f"{name}: initial_learning_rate"
        )
        self.decay_steps = whole_number_in("[1, inf)", decay_steps, f"{name}: decay_steps")
        self.alpha = number_in("[0, inf)", alpha, f"{name}: alpha")
        self.name = name
        self.warmup_target = (
            None
            if warmup_target is None
            else number_in("[0, inf)", warmup_target, f"{name}: warmup_target")
        )
        self.warmup_steps = whole_number_in("[0, inf)", warmup_steps, f"{name}: warmup_steps")

    def __call__(self, step: int) -> float:
        """Return (schedules.2) or (schedules.3) at `step`."""
        t, rate = _f32(step), _f32(self.initial_learning_rate)
        if self.warmup_target is not None:
            target, warmup = _f32(self.warmup_target), _f32(self.warmup_steps)
            if t < warmup:
                return float((target - rate) * (t / warmup) + rate)
            t, rate = t - warmup, target
        done = min(t, _f32(self.decay_steps)) / _f32(self.decay_steps)
        cosine = _f32(0.5) * (_f32(1) + np.cos(_f32(math.pi) * done))
        return float(rate * (_f32(1 - self.alpha) * cosine + _f32(self.alpha)))


_TABLE: dict[str, type] = {"CosineDecay": CosineDecay, "ExponentialDecay": ExponentialDecay}


def get(identifier: Any) -> LearningRateSchedule:
    """Return the schedule that an instance or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    return resolve("schedule", identifier, _TABLE, LearningRateSchedule)
