"""What is timed against what, and the numbers that both get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Pair", "normal"]


class Pair(NamedTuple):
    """A kernel and its reference, which return the same."""

    kernel: Callable[[], Any]
    reference: Callable[[], Any]


def normal(*shape: int) -> np.ndarray:
    """Draw the same normal numbers in every call."""
    return np.random.default_rng(0).standard_normal(shape, np.float32)
