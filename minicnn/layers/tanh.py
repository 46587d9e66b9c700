"""Hyperbolic tangent: any number to one between -1 and 1; ``activation="tanh"``.

Derivation: docs/math/tanh.md. Source: LeCun, Bottou, Orr, Müller 1998, "Efficient backprop",
section 4.4.
"""

from __future__ import annotations

import numpy as np

__all__ = ["tanh", "tanh_backward"]


def tanh(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Squash `x` elementwise.

    .. math:: y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} \tag{tanh.1}

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`tanh_backward`.
    """
    y = np.tanh(x)
    return y, (y,)


def tanh_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`tanh`.

    .. math:: dx = (1 - y^2)\, dy \tag{tanh.2}
    """
    (y,) = cache
    return dy * (1 - y * y)
