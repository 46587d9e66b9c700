"""Softmax: scores to probabilities.

Source: Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Softmax", "softmax", "softmax_backward"]


def softmax(x: np.ndarray, *, axis: int = -1) -> tuple[np.ndarray, tuple]:
    r"""Turn scores into probabilities along an axis.

    .. math:: y_i = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}}, \quad m = \max_j x_j \tag{softmax.1}

    Subtracting the largest score does not change the quotient, and it keeps the exponential
    from overflowing.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`softmax_backward`.
    """
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y = e / e.sum(axis=axis, keepdims=True)
    return y, (y, axis)


def softmax_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`softmax`.

    .. math:: dx_i = y_i \Bigl(dy_i - \sum_j dy_j\, y_j\Bigr) \tag{softmax.2}
    """
    y, axis = cache
    return y * (dy - (dy * y).sum(axis=axis, keepdims=True))


class Softmax(Layer):
    """Probabilities along an axis, with Keras's arguments.

    Parameters
    ----------
    axis : int
        Axis of the scores, counted with the batch axis.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if self.axis == 0 or not -len(input_shape) <= self.axis <= len(input_shape):
            raise self._error(
                f"axis {self.axis} is not an axis of the scores in (n, *{input_shape})"
            )
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return softmax(x, axis=self.axis)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return softmax_backward(dy, cache), {}
