"""GlobalMaxPooling2D: the largest number of every channel over the whole image.

Derivation: docs/math/global_max_pooling2d.md. Source: Oquab, Bottou, Laptev, Sivic 2015, "Is object
localization for free?", section 3.2; the rule for ties is that of Keras's reduction.
"""

from __future__ import annotations

import numpy as np

from minicnn.layers.pooling2d import GlobalPooling2D
from minicnn.random import Key

__all__ = ["GlobalMaxPooling2D", "global_max_pooling2d", "global_max_pooling2d_backward"]


def global_max_pooling2d(x: np.ndarray, *, keepdims: bool = False) -> tuple[np.ndarray, tuple]:
    r"""Take the maximum over all pixels.

    .. math:: y_{nc} = \max_{r,s} x_{nrsc} \tag{global_max_pooling2d.1}

    A NaN in the image makes the maximum NaN.

    Returns
    -------
    y : ndarray, shape (n, c), or (n, 1, 1, c) with `keepdims`
    cache : tuple
        For :func:`global_max_pooling2d_backward`.
    """
    y = x.max(axis=(1, 2), keepdims=True)
    return y if keepdims else y[:, 0, 0], (x, y)


def global_max_pooling2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`global_max_pooling2d`.

    .. math:: dx_{nrsc} = \frac{[x_{nrsc} = y_{nc}]}{\sum_{r',s'} [x_{nr's'c} = y_{nc}]}\; dy_{nc}
              \tag{global_max_pooling2d.2}

    Several equal maxima share dy evenly, unlike in MaxPooling2D: Keras computes this layer by a
    reduction. Where the maximum is NaN nothing equals it, and dx is NaN.

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)
    """
    x, y = cache
    largest = x == y
    with np.errstate(invalid="ignore"):
        share = largest / largest.sum(axis=(1, 2), keepdims=True).astype(dy.dtype)
    return share * dy.reshape(y.shape)


class GlobalMaxPooling2D(GlobalPooling2D):
    """Maximum of every channel; see :class:`~minicnn.layers.pooling2d.GlobalPooling2D`."""

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return global_max_pooling2d(x, keepdims=self.keepdims)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return global_max_pooling2d_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        """Return which pixels are the maximum; several of them are a piece of their own."""
        x, y = cache
        return x == y
