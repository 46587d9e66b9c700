"""How many threads to compute with, unless somebody says otherwise.

A process may run on fewer CPUs than there are: ``taskset`` and ``docker --cpuset-cpus`` name those
it may use, and a quota (``docker --cpus``, a limit of Kubernetes) grants it a share of their time.
A quota does not hide any CPU. Under a quota of one CPU, 64 threads use up the time of a period at
once; then the system stops all of them until the next period.

Sources: the kernel's documentation of control groups, cgroup-v2.rst (cpu.max) and sched-bwc.rst
(cpu.cfs_quota_us); the manual page proc_pid_mountinfo(5).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["cpu_quota", "default_threads"]

_VARIABLE = "MINICNN_NUM_THREADS"
_PROCESS, _ROOT = Path("/proc/self"), Path("/")


def default_threads() -> int:
    """Return the number of threads that the environment sets, or else that of usable CPUs.

    MINICNN_NUM_THREADS decides, if it is set and not empty. Otherwise it is the number of CPUs that
    the process may use, in whole ones of its quota, and no more than OMP_NUM_THREADS. Programs that
    start several processes on one machine set this to give each its share.

    Raises
    ------
    ValueError
        If MINICNN_NUM_THREADS is not a positive integer.
    """
    text = os.environ.get(_VARIABLE, "").strip()
    if text:
        if not re.fullmatch("0*[1-9][0-9]{0,5}", text):
            raise ValueError(f"{_VARIABLE} must be a positive integer, got {text!r}.")
        return int(text)
    # OpenMP allows a list, "4,2", whose first number is for the outermost level.
    openmp = re.match(r"\s*([1-9][0-9]{0,5})\s*(,|$)", os.environ.get("OMP_NUM_THREADS", ""))
    allowed = int(openmp[1]) if openmp else math.inf
    return max(1, math.ceil(min(_cpus(), cpu_quota(), allowed)))


def _cpus() -> int:
    """CPUs that the scheduler may put this process on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_quota(process: Path = _PROCESS, root: Path = _ROOT) -> float:
    """Return the CPU time per second that control groups grant the process; inf without a limit.

    Parameters
    ----------
    process : Path
        The folder with the files ``cgroup`` and ``mountinfo`` of a process.
    root : Path
        Where the paths in ``mountinfo`` begin.

    Returns
    -------
    float
        The smallest quota of the process's groups and of all groups around them.
    """
    try:
        groups, mounts = (
            (process / name).read_text(errors="replace").splitlines()
            for name in ("cgroup", "mountinfo")
        )
    except OSError:
        return math.inf  # not Linux
    folders = set(_folders(groups, mounts))
    return min((_quota(root / folder.lstrip("/")) for folder in folders), default=math.inf)


def _folders(groups: list[str], mounts: list[str]) -> Iterator[str]:
    """Yield the folder of every group that the process is in, and of the groups around it."""
    for line in mounts:
        place, _, kind = line.partition(" - ")
        fields, (system, _, options) = place.split(" "), (kind.split(" ") + [""] * 3)[:3]
        is_v1 = system == "cgroup" and "cpu" in options.split(",")
        if len(fields) < 5 or not (is_v1 or system == "cgroup2"):
            continue
        top, mounted = (_unescaped(field) for field in fields[3:5])
        for group in groups:
            number, controllers, path = (group.split(":", 2) + [""] * 2)[:3]
            if "cpu" in controllers.split(",") if is_v1 else number == "0":
                # A container may see its own group alone, mounted as if it were the outermost.
                within = path.removeprefix(top.rstrip("/")) if _is_in(path, top) else ""
                while within:
                    yield mounted + within
                    within = within.rpartition("/")[0]
                yield mounted


def _is_in(path: str, top: str) -> bool:
    return f"{path}/".startswith(f"{top.rstrip('/')}/") and ".." not in path.split("/")


def _unescaped(field: str) -> str:
    # mountinfo writes a space as \040.
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)


def _quota(folder: Path) -> float:
    words = _words(folder / "cpu.max")  # version 2: "50000 100000" or "max 100000"
    if not words:  # version 1; -1 is no limit
        words = _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")
    try:
        quota, period = map(int, words)
    except ValueError:
        return math.inf
    return quota / period if quota > 0 and period > 0 else math.inf


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(errors="replace").split()
    except (OSError, ValueError):
        return []
