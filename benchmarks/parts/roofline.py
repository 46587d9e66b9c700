"""What the machine can do: the fastest product of matrices, the fastest copy of memory.

They stand at the head of every page, because they are what all other figures are measured against.
"""

from __future__ import annotations

from benchmarks.contenders import KERAS, MINICNN, PYTORCH
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["bandwidth", "measure", "peak", "sentence"]

SGEMM, COPY = "sgemm", "copy"
_MEBIBYTES = 256  # well above the caches


def measure(session: Session) -> None:
    """Measure both, the product with every contender's own BLAS."""
    names, rounds = session.present(MINICNN, KERAS, PYTORCH), session.effort.sweep_rounds
    n = session.effort.matrix
    session.race(SGEMM, n, names, "sgemm", rounds=rounds, n=n)
    session.race(COPY, _MEBIBYTES, [MINICNN], "bandwidth", rounds=rounds, mebibytes=_MEBIBYTES)


def peak(results: Results) -> float:
    """Return the most FLOP/s that a float32 product reached with any contender's BLAS."""
    (n,) = results.xs(SGEMM)
    return max(_flops(results, n, name) for name in results.entrants(SGEMM))


def _flops(results: Results, n: str, name: str) -> float:
    return 2 * int(n) ** 3 / min(results.turns(SGEMM, n, name))


def bandwidth(results: Results) -> float:
    """Return the most bytes per second that a copy with all threads read and wrote."""
    return 2 * _MEBIBYTES * 2**20 / min(results.turns(COPY, _MEBIBYTES, MINICNN))


def sentence(results: Results) -> str:
    """Say both in one line."""
    (n,) = results.xs(SGEMM)
    each = ", ".join(
        f"{name} {_flops(results, n, name) / 1e9:.0f}" for name in results.entrants(SGEMM)
    )
    return (
        f"float32 product of {n} x {n} matrices {peak(results) / 1e9:.0f} GFLOP/s ({each}); "
        f"copying memory {bandwidth(results) / 1e9:.1f} GB/s read and written"
    )
