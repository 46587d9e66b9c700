"""AlphaDropout: dropout that keeps mean and variance, for networks of SELU units.

Derivation: docs/math/alpha_dropout.md. Source: Klambauer, Unterthiner, Mayr, Hochreiter 2017,
"Self-normalizing neural networks", section "New dropout technique".
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.checks import check_dy
from minicnn.layers.dropout import keep_mask
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key, as_key

__all__ = ["AlphaDropout", "alpha_dropout", "alpha_dropout_backward"]

#: What SELU tends to far below zero: minus its scale times its alpha.
_LOWEST = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717


def alpha_dropout(x: np.ndarray, keep: np.ndarray, *, rate: float) -> tuple[np.ndarray, tuple]:
    r"""Set the dropped inputs to SELU's lowest value, then restore mean 0 and variance 1.

    .. math:: y_i = a \bigl(k_i x_i + (1 - k_i) \alpha'\bigr) + b, \quad
              a = \frac{1}{\sqrt{(1 - r)(1 + r \alpha'^2)}}, \quad b = -a r \alpha'
              \tag{alpha_dropout.1}

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    keep : ndarray of bool, as many numbers as `x`
        The k of the formula, 1 with probability 1 - r.
    rate : float
        Probability r that an input is dropped, 0 to below 1.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`alpha_dropout_backward`.
    """
    a = 1 / math.sqrt((1 - rate) * (1 + rate * _LOWEST**2))
    dtype, kept = x.dtype.type, keep.reshape(x.shape)
    y = dtype(a) * np.where(kept, x, dtype(_LOWEST)) + dtype(-a * rate * _LOWEST)
    return y, (kept, a)


def alpha_dropout_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`alpha_dropout`.

    .. math:: dx_i = a k_i\, dy_i \tag{alpha_dropout.2}
    """
    kept, a = cache
    check_dy("alpha_dropout_backward", dy, kept.shape)
    return np.where(kept, dy.dtype.type(a) * dy, dy.dtype.type(0))


class AlphaDropout(Elementwise):
    """Dropout for SELU networks in training, with Keras's arguments; the identity in inference.

    Parameters
    ----------
    rate : float
        Probability that an input is dropped, 0 to below 1.
    noise_shape : None
        Keras's; every input is dropped independently.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"noise_shape": (None,)}

    def __init__(
        self, rate: float, noise_shape: None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(noise_shape=noise_shape, **kwargs)
        self.rate = number_in("[0, 1)", rate, f"{self._title()}: rate")
        self.seed = seed

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        if not training or self.rate == 0:
            return x, ()
        keep = keep_mask(as_key(key, len(x)), self.rate, math.prod(x.shape[1:]))
        return alpha_dropout(x, keep, rate=self.rate)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return (alpha_dropout_backward(dy, cache) if cache else dy), {}
