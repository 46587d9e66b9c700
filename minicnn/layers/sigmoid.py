"""Sigmoid: any number to one between 0 and 1; an activation, ``activation="sigmoid"``.

Derivation: docs/math/sigmoid.md. Source: Rumelhart, Hinton, Williams 1986, "Learning
representations by back-propagating errors", equation 2.
"""

from __future__ import annotations

import numpy as np

__all__ = ["sigmoid", "sigmoid_backward"]


def sigmoid(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Squash `x` elementwise.

    .. math:: y = \frac{1}{1 + e^{-x}} \tag{sigmoid.1}

    With e = exp(-|x|) this is 1 / (1 + e) above zero and e / (1 + e) below: nothing overflows.
    NaN stays NaN.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`sigmoid_backward`.
    """
    e = np.exp(-np.abs(x))
    y = np.where(x >= 0, x.dtype.type(1), e) / (1 + e)
    return y, (y,)


def sigmoid_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`sigmoid`.

    .. math:: dx = y (1 - y)\, dy \tag{sigmoid.2}
    """
    (y,) = cache
    return dy * (y * (1 - y))
