"""Matrix products on one owner of the threads.

NumPy and SciPy each carry a BLAS with a pool of its own. Two pools on the same cores spin against
each other, so while a kernel of this library runs its blocks on :mod:`~minicnn.kernels.threads`,
both are told to use one thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import scipy.linalg.cython_blas  # noqa: F401  what np.dot in a compiled kernel calls
from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]

_controller = ThreadpoolController().select(user_api="blas")
_lock = threading.Lock()
_users = 0
_limit: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread for the length of a ``with`` block, in all Python threads."""
    global _users, _limit
    with _lock:
        _users += 1
        if _users == 1:
            _limit = _controller.limit(limits=1)
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limit.restore_original_limits()
