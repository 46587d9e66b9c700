"""The work every contender is given, and the clock: nothing here favours one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "CLASSES",
    "FIRST_BATCHES",
    "LEARNING_RATE",
    "clocked",
    "grey_bytes",
    "images",
    "targets",
    "timed",
]

CLASSES = 7
LEARNING_RATE = 0.001
#: Batches of ``fit`` that come before the clock: threads start, pipelines fill.
FIRST_BATCHES = 2


def images(batch: int, size: int = 48) -> np.ndarray:
    """Grey images, float32 (batch, size, size, 1) in [0, 1): the same for everybody."""
    return np.random.default_rng(0).random((batch, size, size, 1), np.float32)


def grey_bytes(count: int) -> np.ndarray:
    """Grey images as FER2013 has them, uint8 (count, 48, 48, 1)."""
    return np.random.default_rng(0).integers(0, 256, (count, 48, 48, 1), np.uint8)


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


def clocked(callback: type) -> Any:
    """Make a clock of a library's Callback: its `ends` are the times when batches of fit end."""

    class Clock(callback):
        def __init__(self) -> None:
            super().__init__()
            self.ends: list[float] = []

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.ends.append(time.perf_counter())

    return Clock()
