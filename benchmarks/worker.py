"""The process a contender lives in: it reads a request, does it, answers, and sleeps.

Requests and answers are lines of JSON. A request names a method of the contender under "do"; the
other entries are its arguments. Started by :mod:`benchmarks.processes`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

__all__ = ["usage"]


def usage() -> dict[str, float]:
    """Return CPU seconds and the most memory in MiB of this process so far."""
    return {"cpu": time.process_time(), "memory": _peak_memory_mib()}


def _peak_memory_mib() -> float:
    # On Linux ru_maxrss begins with what the parent held when it started this process.
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 2**10
    try:
        import resource  # POSIX only
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    contender, variant, folder, threads = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        # Every library sizes its pools by the CPUs it may use; so all get the same ones.
        allowed = sorted(os.sched_getaffinity(0))[: int(threads)]
        os.sched_setaffinity(0, allowed)
    # Libraries print what they like; the answers go where the parent reads.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module = importlib.import_module(f"benchmarks.contenders.{contender}")
    entrant = module.Contender(Path(folder), variant, int(threads))
    for line in sys.stdin:
        request = json.loads(line)
        verb = request.pop("do")
        answer = usage() if verb == "usage" else getattr(entrant, verb)(**request)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
