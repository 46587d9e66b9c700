"""The right BLAS kernels for this CPU, chosen before BLAS is loaded.

OpenBLAS picks its kernels once, when NumPy or SciPy loads it, and does not know every CPU: on
some with AVX-512 it takes those for Haswell, which are half as fast. The environment variable
OPENBLAS_CORETYPE names them. One that the user has set is left alone, and ours is gone again
when the library is loaded, so that no other program inherits it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["has_avx512", "right_blas_kernels", "vector_bytes"]

_VARIABLE = "OPENBLAS_CORETYPE"
#: What the kernels for Skylake-X use.
_NEEDED = ("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl")


def _features() -> dict[str, bool]:
    """Return what this CPU, and the system on it, can run; nothing if LLVM does not know it."""
    from llvmlite.binding import get_host_cpu_features  # Numba's own; it does not load NumPy

    try:
        return dict(get_host_cpu_features())
    except RuntimeError:
        return {}


def has_avx512() -> bool:
    """Whether this CPU, and the system on it, runs AVX-512 as Skylake-X does."""
    features = _features()
    return all(features.get(name, False) for name in _NEEDED)


def vector_bytes() -> int:
    """Return the bytes of a vector register: 64 with AVX-512, 32 with AVX2, else 16.

    NUMBA_CPU_FEATURES, if it is set, says what kernels are compiled for.
    """
    chosen, features = os.environ.get("NUMBA_CPU_FEATURES"), _features()
    if chosen is not None:
        features = dict.fromkeys((name.removeprefix("+") for name in chosen.split(",")), True)
    if all(features.get(name, False) for name in _NEEDED):
        return 64
    return 32 if features.get("avx2", False) else 16


@contextmanager
def right_blas_kernels() -> Iterator[None]:
    """Import NumPy or SciPy for the first time inside of this."""
    if _VARIABLE in os.environ or not has_avx512():
        yield
        return
    os.environ[_VARIABLE] = "SKYLAKEX"
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


with right_blas_kernels():
    import numpy  # noqa: F401
