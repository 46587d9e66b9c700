"""Which BLAS libraries this process has, and whether they run the kernels that fit this CPU."""

from __future__ import annotations

from pathlib import Path

from minicnn.cpu import has_avx512
from minicnn.kernels.matmul import blas_libraries

__all__ = ["describe_blas", "has_slow_blas"]

#: OpenBLAS's names of kernels that AVX-512 would outrun.
_WITHOUT_AVX512 = ("prescott", "nehalem", "sandybridge", "haswell", "zen", "excavator")


def describe_blas() -> dict[str, str]:
    """Name the kernels of every BLAS in this process: {"libopenblas.so": "openblas 0.3, Zen"}."""
    return {
        Path(library["filepath"]).name: f"{library['internal_api']} {library['version']}, "
        f"{library.get('architecture', 'architecture unknown')}"
        for library in blas_libraries().info()
    }


def has_slow_blas() -> bool:
    """Whether a BLAS runs kernels for older CPUs although this one has AVX-512."""
    return has_avx512() and any(
        library.get("architecture", "").lower() in _WITHOUT_AVX512
        for library in blas_libraries().info()
    )
