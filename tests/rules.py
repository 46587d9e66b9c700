"""Update rules let loose on four numbers for five steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)
THETA, STEPS = RNG.normal(size=4), 5
GRADIENTS = RNG.normal(size=(STEPS, 4))
RATE = 0.1
rate = np.float64(RATE)


def same(ours: Any, theirs: Any) -> bool:
    return np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def run(rule: Callable[..., None], **slots: np.ndarray | None) -> tuple[np.ndarray, dict]:
    """Let a rule of the library take the steps; return the parameter and its slots."""
    theta = THETA.copy()
    for t, g in enumerate(GRADIENTS, start=1):
        rule(theta, g, t=t, **slots)
    return theta, slots


def zeros() -> np.ndarray:
    return np.zeros(4)


def running_mean(values: np.ndarray, share: float) -> list[np.ndarray]:
    """The running means after each step, from zero: sums with falling weights."""
    return [
        sum((1 - share) * share ** (t - i) * values[i] for i in range(t + 1))
        for t in range(len(values))
    ]
