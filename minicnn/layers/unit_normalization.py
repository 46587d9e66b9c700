"""UnitNormalization: every sample gets length 1. Derivation: docs/math/unit_normalization.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.layers.sample_axes import check_axis, positive_axes
from minicnn.random import Key

__all__ = ["UnitNormalization", "unit_normalization", "unit_normalization_backward"]

#: The smallest length to divide by, as in Keras: a vector of zeros stays one.
SMALLEST = 1e-12


def unit_normalization(x: np.ndarray, *, axes: tuple[int, ...]) -> tuple[np.ndarray, tuple]:
    r"""Divide by the Euclidean norm over some axes.

    .. math:: r = \sqrt{\sum_j x_j^2}, \quad y_i = \frac{x_i}{\max(r, \epsilon)}
              \tag{unit_normalization.1}

    with :math:`\epsilon = 10^{-12}`. The index j runs over the numbers along `axes`.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    axes : tuple of int
        Positive, the batch axis being 0.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`unit_normalization_backward`.
    """
    norm = np.sqrt(np.square(x, dtype=np.float64).sum(axis=axes, keepdims=True))
    y = (x / np.maximum(norm, SMALLEST)).astype(x.dtype)
    return y, (y, norm, axes)


def unit_normalization_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`unit_normalization`.

    .. math:: dx_i = \frac{1}{r} \Bigl(dy_i - y_i \sum_j dy_j\, y_j\Bigr) \text{ if } r > \epsilon,
              \quad dx_i = \frac{dy_i}{\epsilon} \text{ otherwise} \tag{unit_normalization.2}
    """
    y, norm, axes = cache
    check_dy("unit_normalization_backward", dy, y.shape)
    along = np.multiply(dy, y, dtype=np.float64).sum(axis=axes, keepdims=True)
    inner = np.where(norm > SMALLEST, dy - y * along, dy)
    return (inner / np.maximum(norm, SMALLEST)).astype(dy.dtype)


class UnitNormalization(Elementwise):
    """Every sample to length 1, with Keras's arguments.

    Parameters
    ----------
    axis : int or sequence of int
        Axes that a vector lies along, the batch axis being 0: -1 for the channels, [1, 2, 3] for a
        whole image.
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = check_axis(self._title(), axis)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        positive_axes(self._title(), self.axis, len(input_shape) + 1)
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return unit_normalization(x, axes=positive_axes(self._title(), self.axis, x.ndim))

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return unit_normalization_backward(dy, cache), {}
