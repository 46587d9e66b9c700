"""The matrix product on this library's own threads."""

import numpy as np

from minicnn.kernels.blas import one_blas_thread
from minicnn.kernels.threads import blocks, run_blocks

__all__ = ["matmul"]

#: Pieces of a large product: enough for many cores.
PIECES = 16
#: Rows or columns that a piece has at least: fewer would read the other matrix too often.
SMALLEST = 64
#: Multiplications below which handing out work costs more than it saves.
SMALL = 2**19


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Give a @ b for matrices (m, k) and (k, n), in pieces.

    The rows or the columns of the product are cut, whichever are more; where both are few, the
    sum over k is, and the partial sums are added in order. The cuts depend on the sizes only:
    the same bits on any number of threads.
    """
    (m, k), n = a.shape, b.shape[1]
    if out is None:
        out = np.empty((m, n), a.dtype)
    with one_blas_thread():
        if m * k * n < SMALL:
            return np.matmul(a, b, out=out)
        if max(m, n) <= 2 * SMALLEST < k:
            return _cut_sum(a, b, out)
        block = max(SMALLEST, -(-max(m, n) // PIECES))
        if m >= n:
            run_blocks(lambda _, i, j: np.matmul(a[i:j], b, out=out[i:j]), m, block)
        else:
            run_blocks(lambda _, i, j: np.matmul(a, b[:, i:j], out=out[:, i:j]), n, block)
    return out


def _cut_sum(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> np.ndarray:
    k = len(b)
    block = max(SMALLEST, -(-k // PIECES))
    partial = np.empty((len(blocks(k, block)), *out.shape), a.dtype)
    run_blocks(lambda piece, i, j: np.matmul(a[:, i:j], b[i:j], out=partial[piece]), k, block)
    return np.sum(partial, axis=0, out=out)
