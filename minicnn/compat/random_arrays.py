"""Arrays of ``keras.random``: ``random.normal((1, 48, 48, 1))``, as guides use to try a model.

The numbers differ from Keras's, even with the same seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.random import next_seed

__all__ = ["normal", "randint", "uniform"]


def normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = None,
    seed: int | None = None,
) -> np.ndarray:
    """Return normally distributed numbers; without `seed`, ``set_random_seed`` names them."""
    return _rng(seed).normal(mean, stddev, tuple(shape)).astype(dtype or "float32")


def uniform(
    shape: Sequence[int],
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: Any = None,
    seed: int | None = None,
) -> np.ndarray:
    """Return numbers from `minval` up to, not including, `maxval`, all equally likely."""
    return _rng(seed).uniform(minval, maxval, tuple(shape)).astype(dtype or "float32")


def randint(
    shape: Sequence[int], minval: int, maxval: int, dtype: Any = "int32", seed: int | None = None
) -> np.ndarray:
    """Return whole numbers from `minval` up to, not including, `maxval`."""
    return _rng(seed).integers(minval, maxval, tuple(shape)).astype(dtype)


def _rng(seed: int | None) -> np.random.Generator:
    return np.random.default_rng(next_seed() if seed is None else seed)
