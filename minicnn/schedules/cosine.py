"""Rates that fall along half a cosine, once or again and again.

Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts".
"""

from __future__ import annotations

import math

import numpy as np

from minicnn.intervals import number_in, whole_number_in
from minicnn.schedules.base import LearningRateSchedule, f32, of_steps

__all__ = ["CosineDecay", "CosineDecayRestarts"]


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

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.2) or (schedules.3) at `step`."""
        t, rate = f32(step), f32(self.initial_learning_rate)
        if self.warmup_target is not None:
            target, warmup = f32(self.warmup_target), f32(self.warmup_steps)
            if t < warmup:
                return float((target - rate) * (t / warmup) + rate)
            t, rate = t - warmup, target
        done = min(t, f32(self.decay_steps)) / f32(self.decay_steps)
        cosine = f32(0.5) * (f32(1) + np.cos(f32(math.pi) * done))
        return float(rate * (f32(1 - self.alpha) * cosine + f32(self.alpha)))


class CosineDecayRestarts(LearningRateSchedule):
    """Let the rate fall along half a cosine, then begin again, each time for longer.

    Before cycle i, counted from 0, there are S_i cycles' lengths of T = first_decay_steps:

        i = floor(log(1 + (t_mul - 1) t / T) / log t_mul),  S_i = (t_mul^i - 1) / (t_mul - 1)
                                                                                (schedules.7)
        f = (t / T - S_i) / t_mul^i                                             (schedules.8)
        rate(t) = initial_learning_rate ((1 - alpha) m_mul^i (1 + cos(pi f)) / 2 + alpha)
                                                                                (schedules.9)

    With t_mul = 1 all cycles are of one length: i = floor(t / T), and f is the rest.

    Parameters
    ----------
    initial_learning_rate : float
        Rate at step 0.
    first_decay_steps : int
        Steps of the first cycle.
    t_mul : float
        How many times as long as the last one a cycle is, at least 1.
    m_mul : float
        How many times as high as the last one it starts.
    alpha : float
        What remains at the end of a cycle, as a fraction of `initial_learning_rate`.
    name : str
        Kept for Keras's files.

    Raises
    ------
    ValueError
        If a value is out of range.

    Notes
    -----
    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts",
    equation 5.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = number_in(
            "[0, inf)", initial_learning_rate, f"{name}: initial_learning_rate"
        )
        self.first_decay_steps = whole_number_in(
            "[1, inf)", first_decay_steps, f"{name}: first_decay_steps"
        )
        self.t_mul = number_in("[1, inf)", t_mul, f"{name}: t_mul")
        self.m_mul = number_in("[0, inf)", m_mul, f"{name}: m_mul")
        self.alpha = number_in("[0, inf)", alpha, f"{name}: alpha")
        self.name = name

    @of_steps
    def __call__(self, step: int) -> float:
        """Return (schedules.9) at `step`."""
        done, longer, one = f32(step) / f32(self.first_decay_steps), f32(self.t_mul), f32(1)
        if longer == one:
            cycle = np.floor(done)
            fraction = done - cycle
        else:
            cycle = np.floor(np.log(one - done * (one - longer)) / np.log(longer))
            before = (one - longer**cycle) / (one - longer)
            fraction = (done - before) / longer**cycle
        height = f32(0.5) * f32(self.m_mul) ** cycle
        cosine = height * (one + np.cos(f32(math.pi) * fraction))
        rate = f32(1 - self.alpha) * cosine + f32(self.alpha)
        return float(f32(self.initial_learning_rate) * rate)
