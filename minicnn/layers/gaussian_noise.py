"""GaussianNoise: in training, add normal noise to the inputs.

Derivation: docs/math/gaussian_noise.md. Source: Bishop 1995, "Training with noise is equivalent to
Tikhonov regularization".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key, normals

__all__ = ["GaussianNoise", "gaussian_noise", "gaussian_noise_backward"]


def gaussian_noise(x: np.ndarray, z: np.ndarray, *, stddev: float) -> tuple[np.ndarray, tuple]:
    r"""Add noise of a standard deviation.

    .. math:: y_i = x_i + \sigma z_i, \quad z_i \sim N(0, 1) \tag{gaussian_noise.1}

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    z : ndarray, as many numbers as `x`
        Standard normal numbers.
    stddev : float
        Standard deviation of the noise, in the units of `x`.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        Empty: the derivative needs nothing.
    """
    return x + x.dtype.type(stddev) * z.reshape(x.shape), ()


def gaussian_noise_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`gaussian_noise`.

    .. math:: dx_i = dy_i \tag{gaussian_noise.2}
    """
    return dy


class GaussianNoise(Elementwise):
    """Add normal noise in training, with Keras's arguments; else the identity.

    Parameters
    ----------
    stddev : float
        Standard deviation of the noise, 0 to 1, as in Keras.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev = number_in("[0, 1]", stddev, f"{self._title()}: stddev")
        self.seed = seed

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        if not training:
            return x, ()
        size = math.prod(x.shape[1:])
        z = normals(as_key(key, len(x)), "noise", size, x.dtype)
        return gaussian_noise(x, z, stddev=self.stddev)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return gaussian_noise_backward(dy, cache), {}
