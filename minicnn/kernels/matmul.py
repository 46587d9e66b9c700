"""The matrix product on this library's own threads; NumPy's ``a @ b`` is its reference."""

import numpy as np

from minicnn.kernels.blas import one_blas_thread
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks

__all__ = ["matmul"]

#: Multiplications of a piece, from this to twice as many: a tenth of a millisecond or two. Waking
#: a thread costs a third of that, and every piece reads one of the matrices again.
PIECE = 2**24
#: Pieces of a product, at most.
PIECES = 8


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Give a @ b for matrices (m, k) and (k, n), in pieces.

    The longest of the three axes is cut; if that is k, the partial sums are added in order. The
    cuts depend on the sizes only: the same bits on any number of threads.
    """
    (m, k), n = a.shape, b.shape[1]
    if out is None:
        out = new_array((m, n), a.dtype)
    longest = max(m, k, n)
    pieces = min(PIECES, 1 << (m * k * n // PIECE).bit_length() >> 1)
    with one_blas_thread():
        if pieces < 2:
            return np.matmul(a, b, out=out)
        block = -(-longest // pieces)
        if longest == m:
            run_blocks(lambda _, i, j: np.matmul(a[i:j], b, out=out[i:j]), m, block)
        elif longest == n:
            run_blocks(lambda _, i, j: np.matmul(a, b[:, i:j], out=out[:, i:j]), n, block)
        else:
            partial = new_array((len(blocks(k, block)), m, n), a.dtype)
            run_blocks(lambda p, i, j: np.matmul(a[:, i:j], b[i:j], out=partial[p]), k, block)
            np.sum(partial, axis=0, out=out)
    return out
