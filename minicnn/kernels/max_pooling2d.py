"""The largest number of every window, and where it stood."""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = ["max_pool", "max_pool_backward", "max_pool_backward_reference", "max_pool_reference"]


def max_pool_reference(x: np.ndarray, geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Give what :func:`max_pool` gives, one window at a time; NumPy's argmax takes a NaN, too."""
    (kh, kw), (sh, sw), _, (ph, pw), (oh, ow) = geometry
    n, h, w, c = x.shape
    y = np.empty((n, oh, ow, c), x.dtype)
    winner = np.empty(y.shape, np.int32)
    pixel = np.arange(h * w, dtype=np.int32).reshape(h, w)
    for p in range(oh):
        for q in range(ow):
            rows = slice(max(p * sh - ph, 0), p * sh - ph + kh)
            columns = slice(max(q * sw - pw, 0), q * sw - pw + kw)
            window = x[:, rows, columns].reshape(n, -1, c)
            first = window.argmax(axis=1)
            y[:, p, q] = np.take_along_axis(window, first[:, None], axis=1)[:, 0]
            winner[:, p, q] = pixel[rows, columns].ravel()[first]
    return y, winner


def max_pool_backward_reference(
    dy: np.ndarray, winner: np.ndarray, shape: tuple[int, int, int, int]
) -> np.ndarray:
    """Give what :func:`max_pool_backward` gives, one number of dy after the other."""
    n, h, w, c = shape
    dx = np.zeros((n, h * w, c), dy.dtype)
    for image, p, q, k in np.ndindex(*dy.shape):
        dx[image, winner[image, p, q, k], k] += dy[image, p, q, k]
    return dx.reshape(shape)


@njit(cache=True, nogil=True)
def _max_pool(x, y, winner, kernel, strides, before):
    n, h, w, c = x.shape
    for image in range(n):
        for p in range(y.shape[1]):
            top = max(p * strides[0] - before[0], 0)
            bottom = min(p * strides[0] - before[0] + kernel[0], h)
            for q in range(y.shape[2]):
                left = max(q * strides[1] - before[1], 0)
                right = min(q * strides[1] - before[1] + kernel[1], w)
                for k in range(c):
                    y[image, p, q, k] = x[image, top, left, k]
                    winner[image, p, q, k] = top * w + left
                for row in range(top, bottom):
                    for column in range(left, right):
                        place = row * w + column
                        for k in range(c):
                            value, best = x[image, row, column, k], y[image, p, q, k]
                            # Only greater wins, so the first maximum stays. The first NaN wins
                            # over every number and stays: no comparison with it is true.
                            wins = value > best or (value != value and best == best)
                            y[image, p, q, k] = value if wins else best
                            winner[image, p, q, k] = place if wins else winner[image, p, q, k]


@njit(cache=True, nogil=True)
def _max_pool_backward(dy, winner, dx):
    # dx (n, h * w, c)
    dx[:] = 0
    n, oh, ow, c = dy.shape
    for image in range(n):
        for p in range(oh):
            for q in range(ow):
                for k in range(c):
                    dx[image, winner[image, p, q, k], k] += dy[image, p, q, k]


def max_pool(x: np.ndarray, geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Take the maximum of every window.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    geometry : Geometry
        Of windows that each hold at least one pixel; its dilation is not used.

    Returns
    -------
    y : ndarray, shape (n, oh, ow, c)
    winner : ndarray of int32, the shape of y
        Number of the pixel, row * w + column, that holds the first maximum.
    """
    x = np.ascontiguousarray(x)
    y = new_array((len(x), *geometry.output, x.shape[3]), x.dtype)
    winner = new_array(y.shape, np.dtype(np.int32))

    def work(_: int, start: int, stop: int) -> None:
        block = slice(start, stop)
        _max_pool(
            x[block], y[block], winner[block], geometry.kernel, geometry.strides, geometry.before
        )

    run_blocks(work, len(x), 1)
    return y, winner


def max_pool_backward(
    dy: np.ndarray, winner: np.ndarray, shape: tuple[int, int, int, int]
) -> np.ndarray:
    """Add every dy to the pixel that won its window; `shape` is that of x."""
    dy = np.ascontiguousarray(dy)
    n, h, w, c = shape
    dx = new_array((n, h * w, c), dy.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _max_pool_backward(dy[start:stop], winner[start:stop], dx[start:stop])

    run_blocks(work, n, 1)
    return dx.reshape(shape)
