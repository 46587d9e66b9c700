"""Derivatives from differences, for formulas that claim to be one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np


def slope(function: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return the derivative of a function that acts on every element by itself."""
    h = 1e-5
    return (function(x + h) - function(x - h)) / (2 * h)


def gradient(function: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the derivatives of a number by every element of an array of float64."""
    h, x, found = 1e-5, x.copy(), np.empty_like(x)
    for i in np.ndindex(x.shape):
        value = x[i]
        x[i] = value + h
        above = function(x)
        x[i] = value - h
        found[i] = (above - function(x)) / (2 * h)
        x[i] = value
    return found


def agree(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether two arrays of float64 are the same but for the error of a difference."""
    return np.shape(ours) == np.shape(theirs) and np.allclose(ours, theirs, rtol=1e-7, atol=1e-8)


def check_backward(
    forward: Callable[[np.ndarray], np.ndarray],
    dx_of: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
) -> None:
    """Compare dx_of(dy), written out, with differences of a forward pass."""
    dy = np.random.default_rng(1).normal(size=forward(x).shape)
    assert agree(dx_of(dy), gradient(lambda one: np.sum(dy * forward(one)), x))


def every(*sizes: int) -> Iterator[tuple[int, ...]]:
    """Return all indices of an array."""
    return itertools.product(*map(range, sizes))
