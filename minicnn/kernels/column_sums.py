"""Sums of columns over blocks of rows, in float64 and in a fixed order.

A block's sum depends on the block alone and the blocks are added in order, so the result has the
same bits on any number of threads.
"""

from collections.abc import Callable

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.threads import blocks, run_blocks

__all__ = ["column_sums", "column_sums_reference", "rows_per_block", "sum_blocks"]

#: Numbers in one block of rows: a megabyte or two, many times the work of waking a thread.
BLOCK = 2**18


def column_sums_reference(x: np.ndarray) -> np.ndarray:
    """Sum every column of `x` (m, c) in float64, in the order that NumPy takes."""
    return x.sum(axis=0, dtype=np.float64)


def rows_per_block(columns: int) -> int:
    """Rows that make one block."""
    return max(1, BLOCK // columns)


def sum_blocks(
    add: Callable[[int, int, np.ndarray], None], rows: int, columns: int, sums: int
) -> np.ndarray:
    """Call ``add(start, stop, total)`` for every block of rows and add up the totals in order.

    Returns
    -------
    ndarray of float64, shape (sums, columns)
    """
    block = rows_per_block(columns)
    totals = np.zeros((len(blocks(rows, block)), sums, columns))
    run_blocks(lambda index, start, stop: add(start, stop, totals[index]), rows, block)
    return totals.sum(axis=0)


@njit(cache=True, nogil=True)
def _add_rows(x, total):
    # x (m, c), total (c,) float64
    for row in range(x.shape[0]):
        for k in range(x.shape[1]):
            total[k] += x[row, k]


def column_sums(x: np.ndarray) -> np.ndarray:
    """Sum every column of `x` (m, c): shape (c,), float64."""
    rows, columns = x.shape
    return sum_blocks(lambda a, b, total: _add_rows(x[a:b], total[0]), rows, columns, 1)[0]
