"""The matrix product on this library's own threads."""

import numpy as np

from minicnn.kernels.blas import one_blas_thread
from minicnn.kernels.threads import blocks, run_blocks

__all__ = ["matmul"]

#: Pieces of a product: enough for many cores, few enough for each to be worth a call.
PIECES = 16
#: Multiplications below which handing out work costs more than it saves.
SMALL = 2**19


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Give a @ b for matrices (m, k) and (k, n), cut along the longest of the three axes.

    The cuts depend on the sizes only, and partial sums over k are added in order: the same bits
    on any number of threads.
    """
    (m, k), n = a.shape, b.shape[1]
    if out is None:
        out = np.empty((m, n), a.dtype)
    block = max(1, -(-max(m, n, k) // PIECES))
    with one_blas_thread():
        if m * k * n < SMALL:
            return np.matmul(a, b, out=out)
        if k > max(m, n):
            partial = np.empty((len(blocks(k, block)), m, n), a.dtype)
            run_blocks(
                lambda i, start, stop: np.matmul(a[:, start:stop], b[start:stop], out=partial[i]),
                k,
                block,
            )
            return np.sum(partial, axis=0, out=out)
        if m >= n:
            run_blocks(
                lambda _, start, stop: np.matmul(a[start:stop], b, out=out[start:stop]), m, block
            )
        else:
            run_blocks(
                lambda _, start, stop: np.matmul(a, b[:, start:stop], out=out[:, start:stop]),
                n,
                block,
            )
    return out
