"""Processes: start contenders, ask them, end them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from benchmarks import ENVIRONMENT
from benchmarks.contenders import ENTRANTS

__all__ = ["ROOT", "Team", "Worker", "WorkerError", "available_cpus", "import_seconds"]

ROOT = Path(__file__).parents[1]
#: On the CPU, Keras on TensorFlow, and without TensorFlow's messages.
SETTINGS = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


class WorkerError(RuntimeError):
    """A contender's process has ended before its time; the message holds its last words."""


def available_cpus() -> int:
    """Count the CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """A contender in a process of its own, from start to close.

    Parameters
    ----------
    name : str
        One of :data:`~benchmarks.contenders.ENTRANTS`.
    folder : Path
        What :func:`benchmarks.network.write_network` wrote.
    threads : int
        CPUs it may use.
    variables : mapping, optional
        Environment variables for it alone.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        threads: int,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.name, entrant = name, ENTRANTS[name]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the worker
        command = [sys.executable, "-m", "benchmarks.worker", entrant.contender, entrant.variant]
        self._process = subprocess.Popen(
            [*command, str(folder), str(threads)],
            cwd=ROOT,
            env=ENVIRONMENT | SETTINGS | dict(variables or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Have a method of the contender called and return its answer.

        Raises
        ------
        WorkerError
            If the process ends instead of answering.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps({"do": verb, **arguments}), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            self._errors.seek(0)
            words = self._errors.read().strip().splitlines()[-15:]
            raise WorkerError("\n".join([f"{self.name} ended at {verb!r}:", *words]))
        return json.loads(line)

    def close(self) -> None:
        """End the process: it stops where its requests end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Team:
    """Workers that stay: each starts when it is first asked and sleeps between its turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._workers: dict[tuple[str, int], Worker] = {}

    def ask(self, name: str, threads: int, verb: str, **arguments: Any) -> Any:
        """Ask the worker of that name and number of threads."""
        key = name, threads
        if key not in self._workers:
            self._workers[key] = Worker(name, self.folder, threads)
        return self._workers[key].ask(verb, **arguments)

    def close(self, threads: int | None = None) -> None:
        """End all of them, or those with so many threads."""
        for key in [key for key in self._workers if threads in (None, key[1])]:
            self._workers.pop(key).close()


def import_seconds(statement: str) -> float:
    """Return how long an import takes in a fresh interpreter, its own start left out."""
    code = f"from time import perf_counter as now; t = now(); {statement}; print(now() - t)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=ENVIRONMENT | SETTINGS,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise WorkerError(f"{statement}: {done.stderr.strip()}")
    return float(done.stdout.split()[-1])
