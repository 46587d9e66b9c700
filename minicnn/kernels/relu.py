"""ReLU and its derivative in one pass each."""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = ["rectify", "rectify_reference", "select", "select_reference"]

#: Numbers in one block: a megabyte or two, many times the work of waking a thread.
BLOCK = 2**18


def rectify_reference(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give max(x, 0), in which NaN stays NaN, and whether x is above 0, in NumPy."""
    return np.maximum(x, 0), x > 0


def select_reference(dy: np.ndarray, above: np.ndarray, slope: float) -> np.ndarray:
    """Give what :func:`select` gives, in NumPy; without a slope a NaN is dropped, too."""
    below = dy * dy.dtype.type(slope) if slope else np.zeros_like(dy)
    return np.where(above, dy, below)


@njit(cache=True, nogil=True)
def _rectify(x, y, above):
    for i in range(x.size):
        # A NaN is not at or below 0, so it stays; it is not above 0 either.
        y[i] = 0 if x[i] <= 0 else x[i]
        above[i] = x[i] > 0


@njit(cache=True, nogil=True)
def _select(dy, above, slope, dx):
    for i in range(dy.size):
        dx[i] = dy[i] if above[i] else slope * dy[i]


@njit(cache=True, nogil=True)
def _select_or_zero(dy, above, dx):
    for i in range(dy.size):
        dx[i] = dy[i] if above[i] else 0


def rectify(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give max(x, 0), in which NaN stays NaN, and whether x is above 0."""
    x = np.ascontiguousarray(x)
    y, above = new_array(x.shape, x.dtype), new_array(x.shape, np.dtype(bool))
    flat, out, positive = x.reshape(-1), y.reshape(-1), above.reshape(-1)
    run_blocks(lambda _, a, b: _rectify(flat[a:b], out[a:b], positive[a:b]), x.size, BLOCK)
    return y, above


def select(dy: np.ndarray, above: np.ndarray, slope: float) -> np.ndarray:
    """Give `dy` where `above` is set and slope * dy elsewhere; 0 if the slope is 0."""
    dy = np.ascontiguousarray(dy)
    dx = new_array(dy.shape, dy.dtype)
    given, chosen, out = dy.reshape(-1), np.ascontiguousarray(above).reshape(-1), dx.reshape(-1)
    factor = dy.dtype.type(slope)

    def work(_: int, a: int, b: int) -> None:
        if slope:
            _select(given[a:b], chosen[a:b], factor, out[a:b])
        else:
            _select_or_zero(given[a:b], chosen[a:b], out[a:b])

    run_blocks(work, dy.size, BLOCK)
    return dx
