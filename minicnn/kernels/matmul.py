"""The matrix product on this library's own threads.

NumPy and SciPy each carry a BLAS with a pool of its own. Two pools on the same cores spin against
each other, so while a kernel of this library runs its blocks on :mod:`~minicnn.kernels.threads`,
both are told to use one thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from minicnn.cpu import right_blas_kernels
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks

__all__ = ["ALONE", "blas_libraries", "matmul", "one_blas_thread"]

#: Multiplications of a piece, from this to twice as many: a tenth of a millisecond or two. Waking
#: a thread costs a third of that, and every piece reads one of the matrices again.
PIECE = 2**24
#: Pieces of a product, at most.
PIECES = 8
#: Multiplications that OpenBLAS leaves to one thread by itself. To tell it so would take longer
#: than the smallest products.
ALONE = 2**18

_lock = threading.Lock()
_users = 0
_limit: Any = None


def _forget_users() -> None:
    # The threads that were inside of the block do not exist in a forked child.
    global _lock, _users
    if _users:
        _limit.restore_original_limits()
    _lock, _users = threading.Lock(), 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_users)


@cache
def blas_libraries() -> Any:
    """Load SciPy's BLAS, which np.dot calls in a compiled kernel, and take hold of all there are.

    At the first product and not before: it takes a third of the time of ``import minicnn``.
    """
    with right_blas_kernels():
        import scipy.linalg.cython_blas  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread for the length of a ``with`` block, in all Python threads."""
    global _users, _limit
    with _lock:
        # First the limit: Ctrl-C may come while the library is loaded, or another thread fork.
        if _users == 0:
            _limit = blas_libraries().limit(limits=1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limit.restore_original_limits()


def matmul(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Give a @ b for matrices (m, k) and (k, n), in pieces.

    The longest of the three axes is cut; if that is k, the partial sums are added in order. The
    cuts depend on the sizes only: the same bits on any number of threads.
    """
    (m, k), n = a.shape, b.shape[1]
    if out is None:
        out = new_array((m, n), a.dtype)
    if m * k * n <= ALONE:
        return np.matmul(a, b, out=out)
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
