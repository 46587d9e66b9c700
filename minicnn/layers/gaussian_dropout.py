"""GaussianDropout: in training, multiply the inputs by normal numbers around 1.

Derivation: docs/math/gaussian_dropout.md. Source: Srivastava, Hinton, Krizhevsky, Sutskever,
Salakhutdinov 2014, "Dropout: a simple way to prevent neural networks from overfitting", section 10.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key, normals

__all__ = ["GaussianDropout", "gaussian_dropout", "gaussian_dropout_backward"]


def gaussian_dropout(x: np.ndarray, z: np.ndarray, *, rate: float) -> tuple[np.ndarray, tuple]:
    r"""Multiply by numbers of the mean and the variance of dropout's factors.

    .. math:: y_i = g_i x_i, \quad g_i = 1 + \sqrt{\frac{r}{1 - r}}\, z_i, \quad z_i \sim N(0, 1)
              \tag{gaussian_dropout.1}

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    z : ndarray, as many numbers as `x`
        Standard normal numbers.
    rate : float
        The r of the formula, 0 to below 1.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`gaussian_dropout_backward`.
    """
    g = 1 + x.dtype.type(math.sqrt(rate / (1 - rate))) * z.reshape(x.shape)
    return g * x, (g,)


def gaussian_dropout_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`gaussian_dropout`.

    .. math:: dx_i = g_i\, dy_i \tag{gaussian_dropout.2}
    """
    (g,) = cache
    check_dy("gaussian_dropout_backward", dy, g.shape)
    return g * dy


class GaussianDropout(Elementwise):
    """Multiply by normal numbers around 1 in training, with Keras's arguments; else the identity.

    Parameters
    ----------
    rate : float
        0 to below 1; the factors have the standard deviation sqrt(rate / (1 - rate)).
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = number_in("[0, 1)", rate, f"{self._title()}: rate")
        self.seed = seed

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        if not training or self.rate == 0:
            return x, ()
        z = normals(as_key(key, len(x)), "noise", math.prod(x.shape[1:]), x.dtype)
        return gaussian_dropout(x, z, rate=self.rate)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return (gaussian_dropout_backward(dy, cache) if cache else dy), {}
