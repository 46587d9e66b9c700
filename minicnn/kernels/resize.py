"""Images of another size: each row and column lies between two of the old ones."""

from typing import NamedTuple

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = ["Lines", "resize", "resize_adjoint", "resize_adjoint_reference", "resize_reference"]


class Lines(NamedTuple):
    """Between which two old rows (or columns) each new one lies.

    Attributes
    ----------
    first, second : ndarray of int
        Numbers of the old rows.
    share : ndarray of float64
        How much of the value comes from `second`, 0 to 1.
    """

    first: np.ndarray
    second: np.ndarray
    share: np.ndarray

    def matrix(self, size: int) -> np.ndarray:
        """Return the map of `size` old rows to the new ones."""
        matrix, new = np.zeros((len(self.first), size)), np.arange(len(self.first))
        np.add.at(matrix, (new, self.first), 1 - self.share)
        np.add.at(matrix, (new, self.second), self.share)
        return matrix


def resize_reference(x: np.ndarray, rows: Lines, columns: Lines) -> np.ndarray:
    """(resizing.2) as two matrices."""
    down, across = rows.matrix(x.shape[1]), columns.matrix(x.shape[2])
    return np.einsum("pr,qs,nrsc->npqc", down, across, x).astype(x.dtype)


def resize_adjoint_reference(
    dy: np.ndarray, rows: Lines, columns: Lines, size: tuple[int, int]
) -> np.ndarray:
    """(resizing.3): the transposes of the two."""
    down, across = rows.matrix(size[0]), columns.matrix(size[1])
    return np.einsum("pr,qs,npqc->nrsc", down, across, dy).astype(dy.dtype)


@njit(cache=True, nogil=True)
def _line(lines, p, i):
    """Return the first (i = 0) or second old line of the new line p, and its share."""
    if i:
        return lines.second[p], lines.share[p]
    return lines.first[p], 1 - lines.share[p]


@njit(cache=True, nogil=True)
def _resize(x, rows, columns, y):
    n, oh, ow, c = y.shape
    y[:] = 0
    for image in range(n):
        for p in range(oh):
            for q in range(ow):
                for i in range(2):
                    row, down = _line(rows, p, i)
                    for j in range(2):
                        column, across = _line(columns, q, j)
                        weight = down * across
                        if weight != 0:  # a NaN without weight stays out
                            for k in range(c):
                                y[image, p, q, k] += weight * x[image, row, column, k]


@njit(cache=True, nogil=True)
def _resize_adjoint(dy, rows, columns, dx):
    n, oh, ow, c = dy.shape
    dx[:] = 0
    for image in range(n):
        for p in range(oh):
            for q in range(ow):
                for i in range(2):
                    row, down = _line(rows, p, i)
                    for j in range(2):
                        column, across = _line(columns, q, j)
                        weight = down * across
                        if weight != 0:
                            for k in range(c):
                                dx[image, row, column, k] += weight * dy[image, p, q, k]


def resize(x: np.ndarray, rows: Lines, columns: Lines) -> np.ndarray:
    """Mix the rows and columns of `x` (n, h, w, c): shape (n, len(rows), len(columns), c)."""
    _check(x.shape[1:3], rows, columns)
    x = np.ascontiguousarray(x)
    y = new_array((len(x), len(rows.first), len(columns.first), x.shape[3]), x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _resize(x[start:stop], rows, columns, y[start:stop])

    run_blocks(work, len(x), 1)
    return y


def resize_adjoint(
    dy: np.ndarray, rows: Lines, columns: Lines, size: tuple[int, int]
) -> np.ndarray:
    """Give every derivative back to the pixels of an image of height and width `size`."""
    _check(size, rows, columns)
    dy = np.ascontiguousarray(dy)
    dx = new_array((len(dy), *size, dy.shape[3]), dy.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _resize_adjoint(dy[start:stop], rows, columns, dx[start:stop])

    run_blocks(work, len(dy), 1)
    return dx


def _check(size: tuple[int, ...], rows: Lines, columns: Lines) -> None:
    for lines, most in zip((rows, columns), size, strict=True):
        numbers = np.concatenate([lines.first, lines.second])
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < most:
            raise ValueError(f"resize: expected rows or columns below {most}, got {numbers.max()}.")
