"""The machine and the versions, for the head of every page."""

from __future__ import annotations

from pathlib import Path

from benchmarks.contenders import KERAS, MINICNN, PYTORCH
from benchmarks.session import Session
from minicnn.fer.runs.machine import describe_machine

__all__ = ["describe"]

_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_VECTORS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "neon", "sve")


def describe(session: Session) -> dict[str, str]:
    """Return processor, caches, threads, system and the versions of all contenders, by name."""
    about = describe_machine()
    lines = {
        "processor": f"{about['processor']}, {session.threads} CPUs for each contender",
        "vector instructions": _vectors(),
        "caches": _caches(),
        "system": f"{about['system']}, Python {about['python']}",
    }
    versions: dict[str, str] = {}
    for name in session.present(MINICNN, KERAS, PYTORCH):
        versions |= session.team.ask(name, session.threads, "versions")
    blas = versions.pop("BLAS")
    versions.pop("python")
    lines["versions"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    lines["BLAS of NumPy and SciPy"] = blas
    return {name: line for name, line in lines.items() if line}


def _caches() -> str:
    """Sizes of the first CPU's caches, where Linux tells them: "L1 32K, L2 512K, L3 32768K"."""
    levels = []
    for index in sorted(_CACHES.glob("index*")):
        kind, level, size = ((index / f).read_text().strip() for f in ("type", "level", "size"))
        if kind != "Instruction":
            levels.append(f"L{level} {size}")
    return ", ".join(levels)


def _vectors() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return ""
    words = set(cpuinfo.read_text(errors="replace").split())
    return ", ".join(name for name in _VECTORS if name in words)
