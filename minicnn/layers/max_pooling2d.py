"""MaxPooling2D: the largest number of every window.

Derivation: docs/math/max_pooling2d.md. Source: Zhou & Chellappa 1988, "Computation of optical
flow using a neural network"; Riesenhuber & Poggio 1999, "Hierarchical models of object
recognition in cortex".
"""

from __future__ import annotations

import numpy as np

from minicnn.kernels.max_pooling2d import max_pool, max_pool_backward
from minicnn.layers.checks import check_dy
from minicnn.layers.pooling2d import Pooling2D, pool_geometry
from minicnn.random import Key

__all__ = ["MaxPooling2D", "max_pooling2d", "max_pooling2d_backward"]


def max_pooling2d(
    x: np.ndarray,
    *,
    pool_size: tuple[int, int] = (2, 2),
    strides: tuple[int, int] = (2, 2),
    padding: str = "valid",
) -> tuple[np.ndarray, tuple]:
    r"""Take the maximum of every window, channel by channel.

    .. math:: y_{npqc} = \max_{i,j}\; x_{n,\,p s + i - a,\,q s' + j - a',\,c}
              \tag{max_pooling2d.1}

    with strides s, s' and the paddings a above and a' left of the image; padding is never the
    maximum. A NaN in the window makes the maximum NaN.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    pool_size, strides : tuple of int
        Sizes of a window and steps between windows: (rows, columns).
    padding : {"valid", "same"}
        See :class:`~minicnn.layers.pooling2d.Pooling2D`.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, c)
    cache : tuple
        For :func:`max_pooling2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image.
    """
    geometry = pool_geometry(x.shape[1], x.shape[2], pool_size, strides, padding)
    y, winner = max_pool(x, geometry)
    return y, (winner, x.shape)


def max_pooling2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`max_pooling2d`.

    .. math:: dx_{nrsc} = \sum_{(p,q)\,:\,(r,s) \text{ wins } (p,q)} dy_{npqc}
              \tag{max_pooling2d.2}

    Of several equal maxima, the first in reading order wins the window and gets all of dy.

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)

    Raises
    ------
    ValueError
        If the shape of dy is not that of the output.
    """
    winner, shape = cache
    check_dy("max_pooling2d_backward", dy, winner.shape)
    return max_pool_backward(dy, winner, shape)


class MaxPooling2D(Pooling2D):
    """Maximum of every window; the arguments are :class:`~minicnn.layers.pooling2d.Pooling2D`'s."""

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return max_pooling2d(
            x, pool_size=self.pool_size, strides=self.strides, padding=self.padding
        )

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return max_pooling2d_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        """Return the number of the pixel that won each window."""
        return cache[0]
