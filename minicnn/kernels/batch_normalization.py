"""Batch normalisation: means over all rows, then one multiplication and addition per number.

Sums run in float64 over fixed blocks of rows, and the variance in a second pass around the mean.
Both matter: a one-pass float32 variance of numbers near 1000 is off by a factor of a thousand,
and sums in the order of the threads would change from run to run.
"""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.column_sums import rows_per_block, sum_blocks
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks

__all__ = [
    "backward_reference",
    "backward_sums",
    "input_gradient",
    "mean_and_variance",
    "normalize",
    "normalize_reference",
]


def normalize_reference(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float
) -> np.ndarray:
    """(batch_normalization.1) to (batch_normalization.3) as they stand there, in float64."""
    x64 = x.astype(np.float64)
    xhat = (x64 - x64.mean(axis=0)) / np.sqrt(x64.var(axis=0) + epsilon)
    return (gamma * xhat + beta).astype(x.dtype)


def backward_reference(
    dy: np.ndarray, x: np.ndarray, gamma: np.ndarray, epsilon: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(batch_normalization.4) to (batch_normalization.6) as they stand there, in float64."""
    x64, dy64 = x.astype(np.float64), dy.astype(np.float64)
    std = np.sqrt(x64.var(axis=0) + epsilon)
    xhat = (x64 - x64.mean(axis=0)) / std
    dbeta, dgamma = dy64.sum(axis=0), (dy64 * xhat).sum(axis=0)
    dx = gamma / std * (dy64 - dbeta / len(x) - xhat * dgamma / len(x))
    return dx.astype(x.dtype), dgamma, dbeta


@njit(cache=True, nogil=True)
def _moments(x, total, squares):
    # Sums of the columns of a block, and of the squares around the block's own mean. The block is
    # in the cache when it is read for the second time.
    rows, columns = x.shape
    for row in range(rows):
        line = x[row]
        for k in range(columns):
            total[k] += line[k]
    mean = total / rows
    for row in range(rows):
        line = x[row]
        for k in range(columns):
            centred = line[k] - mean[k]
            squares[k] += centred * centred


@njit(cache=True, nogil=True)
def _normalize(x, mean, scale, shift, y):
    for row in range(x.shape[0]):
        for k in range(x.shape[1]):
            y[row, k] = (x[row, k] - mean[k]) * scale[k] + shift[k]


@njit(cache=True, nogil=True)
def _add_gradients(dy, x, mean, totals):
    # totals (2, c) float64: the sums of dy, and of dy times the centred x
    for row in range(x.shape[0]):
        for k in range(x.shape[1]):
            totals[0, k] += dy[row, k]
            totals[1, k] += dy[row, k] * (x[row, k] - mean[k])


@njit(cache=True, nogil=True)
def _input_gradient(dy, x, mean, scale, constant, slope, dx):
    for row in range(x.shape[0]):
        for k in range(x.shape[1]):
            dx[row, k] = scale[k] * (dy[row, k] - constant[k] - (x[row, k] - mean[k]) * slope[k])


def mean_and_variance(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and biased variance of every column of `x` (m, c), in float64."""
    rows, c = x.shape
    block = rows_per_block(c)
    parts = blocks(rows, block)
    sums, squares = np.zeros((2, len(parts), c))
    run_blocks(lambda i, a, b: _moments(x[a:b], sums[i], squares[i]), rows, block)
    sizes = np.array([[stop - start] for start, stop in parts])
    mean = sums.sum(axis=0) / rows
    # Squares around the whole mean: those around a block's mean, and the mean's own distance.
    squares += sizes * (sums / sizes - mean) ** 2
    return mean, squares.sum(axis=0) / rows


def normalize(x: np.ndarray, mean: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Give ``(x - mean) * scale + shift`` for x (m, c); the rest is (c,) in float64."""
    y = new_array(x.shape, x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _normalize(x[start:stop], mean, scale, shift, y[start:stop])

    run_blocks(work, len(x), rows_per_block(x.shape[1]))
    return y


def backward_sums(dy: np.ndarray, x: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums over the rows of dy and of dy * (x - mean): two arrays (c,) in float64."""
    rows, c = x.shape
    sums = sum_blocks(lambda a, b, total: _add_gradients(dy[a:b], x[a:b], mean, total), rows, c, 2)
    return sums[0], sums[1]


def input_gradient(
    dy: np.ndarray,
    x: np.ndarray,
    mean: np.ndarray,
    scale: np.ndarray,
    constant: np.ndarray,
    slope: np.ndarray,
) -> np.ndarray:
    """Give ``scale * (dy - constant - (x - mean) * slope)``, as in (batch_normalization.6)."""
    dx = new_array(x.shape, x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        block = slice(start, stop)
        _input_gradient(dy[block], x[block], mean, scale, constant, slope, dx[block])

    run_blocks(work, len(x), rows_per_block(x.shape[1]))
    return dx
