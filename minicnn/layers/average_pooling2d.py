"""AveragePooling2D: the mean of every window.

Derivation: docs/math/average_pooling2d.md. Source: LeCun et al. 1989, "Backpropagation applied to
handwritten zip code recognition" (averaging as subsampling).
"""

from __future__ import annotations

import numpy as np

from minicnn.kernels.average_pooling2d import average_pool, average_pool_backward
from minicnn.layers.checks import check_dy
from minicnn.layers.pooling2d import Pooling2D, pool_geometry
from minicnn.random import Key

__all__ = ["AveragePooling2D", "average_pooling2d", "average_pooling2d_backward"]


def average_pooling2d(
    x: np.ndarray,
    *,
    pool_size: tuple[int, int] = (2, 2),
    strides: tuple[int, int] = (2, 2),
    padding: str = "valid",
) -> tuple[np.ndarray, tuple]:
    r"""Take the mean of every window, channel by channel.

    .. math:: y_{npqc} = \frac{1}{|W_{pq}|} \sum_{(r,s) \in W_{pq}} x_{nrsc}
              \tag{average_pooling2d.1}

    where W holds the pixels of the window (p, q) that lie inside the image: padding counts
    neither in the sum nor in the number.

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
        For :func:`average_pooling2d_backward`.

    Raises
    ------
    ValueError
        If no window fits into the image.
    """
    geometry = pool_geometry(x.shape[1], x.shape[2], pool_size, strides, padding)
    return average_pool(x, geometry), (x.shape, geometry)


def average_pooling2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`average_pooling2d`.

    .. math:: dx_{nrsc} = \sum_{(p,q)\,:\,(r,s) \in W_{pq}} \frac{dy_{npqc}}{|W_{pq}|}
              \tag{average_pooling2d.2}

    Returns
    -------
    dx : ndarray, shape (n, h, w, c)

    Raises
    ------
    ValueError
        If dy has another shape than the output.
    """
    shape, geometry = cache
    check_dy("average_pooling2d_backward", dy, (shape[0], *geometry.output, shape[3]))
    return average_pool_backward(dy, shape, geometry)


class AveragePooling2D(Pooling2D):
    """Mean of every window; the arguments are :class:`~minicnn.layers.pooling2d.Pooling2D`'s."""

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return average_pooling2d(
            x, pool_size=self.pool_size, strides=self.strides, padding=self.padding
        )

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return average_pooling2d_backward(dy, cache), {}
