"""The mean of every window, over those of its places that lie inside the image."""

from collections.abc import Iterator

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = [
    "average_pool",
    "average_pool_backward",
    "average_pool_backward_reference",
    "average_pool_reference",
]


def average_pool_reference(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """(average_pooling2d.1), one window at a time."""
    y = np.empty((len(x), *geometry.output, x.shape[3]), x.dtype)
    for p, q, window in _windows(x, geometry):
        y[:, p, q] = window.mean(axis=(1, 2))
    return y


def average_pool_backward_reference(
    dy: np.ndarray, shape: tuple[int, int, int, int], geometry: Geometry
) -> np.ndarray:
    """(average_pooling2d.2), one window at a time; `shape` is that of x."""
    dx = np.zeros(shape, dy.dtype)
    for p, q, window in _windows(dx, geometry):
        places = window.shape[1] * window.shape[2]
        window += (dy[:, p, q] / places)[:, None, None]
    return dx


def _windows(x: np.ndarray, geometry: Geometry) -> Iterator[tuple[int, int, np.ndarray]]:
    """View what every window (p, q) sees of `x`: (n, rows, columns, c), cut at the edges."""
    (kh, kw), (sh, sw), _, (ph, pw), (oh, ow) = geometry
    for p in range(oh):
        for q in range(ow):
            rows = slice(max(p * sh - ph, 0), p * sh - ph + kh)
            columns = slice(max(q * sw - pw, 0), q * sw - pw + kw)
            yield p, q, x[:, rows, columns]


@njit(cache=True, nogil=True, error_model="numpy")
def _average_pool(x, y, kernel, strides, before):
    n, h, w, c = x.shape
    for image in range(n):
        for p in range(y.shape[1]):
            top = max(p * strides[0] - before[0], 0)
            bottom = min(p * strides[0] - before[0] + kernel[0], h)
            for q in range(y.shape[2]):
                left = max(q * strides[1] - before[1], 0)
                right = min(q * strides[1] - before[1] + kernel[1], w)
                y[image, p, q] = 0
                for row in range(top, bottom):
                    for column in range(left, right):
                        for k in range(c):
                            y[image, p, q, k] += x[image, row, column, k]
                places = (bottom - top) * (right - left)
                for k in range(c):
                    y[image, p, q, k] /= places


@njit(cache=True, nogil=True, error_model="numpy")
def _average_pool_backward(dy, dx, kernel, strides, before):
    n, h, w, c = dx.shape
    dx[:] = 0
    for image in range(n):
        for p in range(dy.shape[1]):
            top = max(p * strides[0] - before[0], 0)
            bottom = min(p * strides[0] - before[0] + kernel[0], h)
            for q in range(dy.shape[2]):
                left = max(q * strides[1] - before[1], 0)
                right = min(q * strides[1] - before[1] + kernel[1], w)
                places = (bottom - top) * (right - left)
                for row in range(top, bottom):
                    for column in range(left, right):
                        for k in range(c):
                            dx[image, row, column, k] += dy[image, p, q, k] / places


def average_pool(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Take the mean of every window of `x` (n, h, w, c): shape (n, oh, ow, c).

    Every window must hold at least one pixel; the geometry's dilation is not used.
    """
    x = np.ascontiguousarray(x)
    y = new_array((len(x), *geometry.output, x.shape[3]), x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        block = slice(start, stop)
        _average_pool(x[block], y[block], geometry.kernel, geometry.strides, geometry.before)

    run_blocks(work, len(x), 1)
    return y


def average_pool_backward(
    dy: np.ndarray, shape: tuple[int, int, int, int], geometry: Geometry
) -> np.ndarray:
    """Share every dy equally among the pixels of its window; `shape` is that of x."""
    dy = np.ascontiguousarray(dy)
    dx = new_array(shape, dy.dtype)

    def work(_: int, start: int, stop: int) -> None:
        block = slice(start, stop)
        _average_pool_backward(
            dy[block], dx[block], geometry.kernel, geometry.strides, geometry.before
        )

    run_blocks(work, len(dx), 1)
    return dx
