"""GlobalAveragePooling2D: the mean of every channel over the whole image.

Derivation: docs/math/global_average_pooling2d.md. Source: Lin, Chen, Yan 2013, "Network in
network", section 3.2.
"""

from __future__ import annotations

import numpy as np

from minicnn.layers.pooling2d import GlobalPooling2D
from minicnn.random import Key

__all__ = [
    "GlobalAveragePooling2D",
    "global_average_pooling2d",
    "global_average_pooling2d_backward",
]


def global_average_pooling2d(x: np.ndarray, *, keepdims: bool = False) -> tuple[np.ndarray, tuple]:
    r"""Take the mean over all pixels, summed in float64.

    .. math:: y_{nc} = \frac{1}{h w} \sum_{r,s} x_{nrsc} \tag{global_average_pooling2d.1}

    Returns
    -------
    y : ndarray, shape (n, c), or (n, 1, 1, c) with `keepdims`
    cache : tuple
        For :func:`global_average_pooling2d_backward`.
    """
    y = x.mean(axis=(1, 2), keepdims=keepdims, dtype=np.float64)
    return y.astype(x.dtype), (x.shape,)


def global_average_pooling2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`global_average_pooling2d`.

    .. math:: dx_{nrsc} = \frac{dy_{nc}}{h w} \tag{global_average_pooling2d.2}

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    """
    ((n, h, w, c),) = cache
    dx = np.empty((n, h, w, c), dy.dtype)
    dx[:] = dy.reshape(n, 1, 1, c) / (h * w)
    return dx


class GlobalAveragePooling2D(GlobalPooling2D):
    """Mean of every channel; argument as in :class:`~minicnn.layers.pooling2d.GlobalPooling2D`."""

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return global_average_pooling2d(x, keepdims=self.keepdims)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return global_average_pooling2d_backward(dy, cache), {}
