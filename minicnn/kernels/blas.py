"""Matrix products on one owner of the threads.

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
from pathlib import Path
from typing import Any

from minicnn.cpu import has_avx512, right_blas_kernels

__all__ = ["describe_blas", "has_slow_blas", "one_blas_thread"]

#: OpenBLAS's names of kernels that AVX-512 would outrun.
_WITHOUT_AVX512 = ("prescott", "nehalem", "sandybridge", "haswell", "zen", "excavator")

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
def _controller() -> Any:
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
        _users += 1
        if _users == 1:
            _limit = _controller().limit(limits=1)
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limit.restore_original_limits()


def describe_blas() -> dict[str, str]:
    """Name the kernels of every BLAS in this process: {"libopenblas.so": "openblas 0.3, Zen"}."""
    return {
        Path(library["filepath"]).name: f"{library['internal_api']} {library['version']}, "
        f"{library.get('architecture', 'architecture unknown')}"
        for library in _controller().info()
    }


def has_slow_blas() -> bool:
    """Whether a BLAS runs kernels for older CPUs although this one has AVX-512."""
    return has_avx512() and any(
        library.get("architecture", "").lower() in _WITHOUT_AVX512
        for library in _controller().info()
    )
