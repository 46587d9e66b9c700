"""ELU: the identity above zero, an exponential that levels off below.

Derivation: docs/math/elu.md. Source: Clevert, Unterthiner, Hochreiter 2016, "Fast and accurate deep
network learning by exponential linear units (ELUs)", equation 15.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key

__all__ = ["ELU", "elu", "elu_backward", "elu_branches"]


def elu(x: np.ndarray, *, alpha: float = 1.0) -> tuple[np.ndarray, tuple]:
    r"""Bend what is negative towards -alpha.

    .. math:: y = x \text{ if } x > 0, \quad y = \alpha (e^x - 1) \text{ otherwise} \tag{elu.1}

    Computed with expm1, which keeps its digits near zero. NaN stays NaN.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`elu_backward`.
    """
    # The minimum keeps the exponential of the side that is not taken from overflowing.
    below = x.dtype.type(alpha) * np.expm1(np.minimum(x, x.dtype.type(0)))
    return np.where(x > 0, x, below), (x, alpha)


def elu_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`elu`.

    .. math:: dx = dy \text{ if } x > 0, \quad dx = \alpha e^x\, dy \text{ otherwise} \tag{elu.2}
    """
    x, alpha = cache
    dtype = x.dtype.type
    slope = np.where(x > 0, dtype(1), dtype(alpha) * np.exp(np.minimum(x, dtype(0))))
    return dy * slope


def elu_branches(cache: tuple) -> np.ndarray:
    """Tell the side of zero on which each element lies."""
    return cache[0] > 0


class ELU(Elementwise):
    """Exponential linear unit, elementwise, with Keras's arguments.

    Parameters
    ----------
    alpha : float
        The value -alpha is approached on the negative side.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = number_in("(-inf, inf)", alpha, f"{self._title()}: alpha")

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return elu(x, alpha=self.alpha)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return elu_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        return elu_branches(cache)
