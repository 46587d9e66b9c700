"""LeakyReLU: a ReLU that keeps a small slope below zero.

Derivation: docs/math/leaky_relu.md. Source: Maas, Hannun, Ng 2013, "Rectifier nonlinearities
improve neural network acoustic models", equation 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.elementwise import Elementwise
from minicnn.layers.relu import relu, relu_backward, relu_branches
from minicnn.random import Key

__all__ = ["LeakyReLU", "leaky_relu", "leaky_relu_backward"]


def leaky_relu(x: np.ndarray, *, negative_slope: float = 0.2) -> tuple[np.ndarray, tuple]:
    r"""Keep what is positive, shrink the rest: (relu.1) with the threshold 0.

    .. math:: y = x \text{ if } x > 0, \quad y = s x \text{ otherwise} \tag{leaky_relu.1}

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`leaky_relu_backward`.
    """
    return relu(x, negative_slope=negative_slope)


def leaky_relu_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`leaky_relu`.

    .. math:: dx = dy \text{ if } x > 0, \quad dx = s\, dy \text{ otherwise} \tag{leaky_relu.2}
    """
    return relu_backward(dy, cache)


class LeakyReLU(Elementwise):
    """ReLU with a slope below zero, elementwise, with Keras's arguments.

    Parameters
    ----------
    negative_slope : float
        The slope, 0 or more. The default is the layer's; the activation "leaky_relu" has 0.2,
        as in Keras.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        self.negative_slope = number_in("[0, inf)", negative_slope, "LeakyReLU: negative_slope")
        super().__init__(**kwargs)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return leaky_relu(x, negative_slope=self.negative_slope)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return leaky_relu_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        return relu_branches(cache)
