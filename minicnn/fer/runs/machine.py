"""The environment of a run: machine, versions, memory."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path

from minicnn.kernels.threads import get_threads
from minicnn.version import __version__

__all__ = ["describe_machine", "peak_memory_mib"]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe_machine() -> dict[str, str | int]:
    """Return processor, cores, threads, system and versions, by name."""
    packages = ("numpy", "scipy", "numba", "h5py", "pillow")
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "threads": get_threads(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "minicnn": __version__,
        **{name: importlib.metadata.version(name) for name in packages},
    }


def peak_memory_mib() -> float | None:
    """Return the peak memory of this process, in MiB; None if the system does not report it."""
    try:
        import resource  # POSIX only
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
