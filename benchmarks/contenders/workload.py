"""The work every contender is given, and the clock: nothing here favours one of them."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

__all__ = ["CLASSES", "LEARNING_RATE", "images", "targets", "timed"]

CLASSES = 7
LEARNING_RATE = 0.001


def images(batch: int, size: int = 48) -> np.ndarray:
    """Grey images, float32 (batch, size, size, 1) in [0, 1): the same for everybody."""
    return np.random.default_rng(0).random((batch, size, size, 1), np.float32)


def targets(batch: int) -> np.ndarray:
    """One-hot targets, float32 (batch, 7)."""
    return np.eye(CLASSES, dtype=np.float32)[np.arange(batch) % CLASSES]


def timed(step: Callable[[], object], steps: int, warmup: int = 0) -> list[float]:
    """Return the seconds of `steps` calls, after `warmup` calls that are not counted."""
    for _ in range(warmup):
        step()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return seconds
