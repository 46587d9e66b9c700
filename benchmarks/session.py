"""A session: the contenders, how much effort is made, and what has come out so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from benchmarks.contenders import ENTRANTS, MINICNN, installed
from benchmarks.interleave import Turn, interleave, plan_turn
from benchmarks.processes import Team, WorkerError, available_cpus
from benchmarks.results import Results

__all__ = ["FULL", "QUICK", "Effort", "Session"]

T = TypeVar("T")
_CHECKED_IMAGES = 8
_CLOSE = 1e-4  # largest difference of two probabilities between equal networks in float32


class Effort(NamedTuple):
    """How much is measured."""

    rounds: int  # of the figures in the final table
    sweep_rounds: int  # of a point on a curve
    fresh_rounds: int  # of what needs a fresh process
    turn: float  # seconds
    training_batches: tuple[int, ...]
    prediction_batches: tuple[int, ...]
    sizes: tuple[int, ...]
    kernel_images: int  # a batch for the kernels
    matrix: int  # rows of the matrices of the sgemm peak
    compiled: bool  # whether torch.compile, which takes a minute to start, is there


FULL = Effort(
    rounds=15,
    sweep_rounds=3,
    fresh_rounds=3,
    turn=0.5,
    training_batches=(1, 4, 16, 32, 64, 128, 256),
    prediction_batches=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    sizes=(24, 48, 72, 96, 144, 192),
    kernel_images=32,
    matrix=2048,
    compiled=True,
)
QUICK = Effort(
    rounds=2,
    sweep_rounds=1,
    fresh_rounds=1,
    turn=0.05,
    training_batches=(1, 8),
    prediction_batches=(1, 32, 256),
    sizes=(24, 48),
    kernel_images=1,
    matrix=1024,
    compiled=False,
)


class Session:
    """What the parts of a run share.

    Parameters
    ----------
    folder : Path
        With the network's files.
    effort : Effort
        How much is measured.
    """

    def __init__(self, folder: Path, effort: Effort) -> None:
        self.folder, self.effort = folder, effort
        self.threads = available_cpus()
        self.team = Team(folder)
        self.results = Results()
        #: Sentences for the pages: what could not be measured, and why.
        self.notes: list[str] = [
            f"{name} is left out: {ENTRANTS[name].needs} is not installed."
            for name in ENTRANTS
            if name not in installed()
        ]
        self._expected: np.ndarray | None = None
        self._checked: set[str] = set()
        self._dropped: set[str] = set()

    def present(self, *names: str) -> list[str]:
        """Return those of the entrants that take part here."""
        return [
            name
            for name in installed(*names)
            if name not in self._dropped and (self.effort.compiled or not ENTRANTS[name].optional)
        ]

    def race(
        self,
        figure: str,
        x: object,
        names: list[str],
        verb: str,
        *,
        rounds: int,
        threads: int | None = None,
        **arguments: Any,
    ) -> None:
        """Have entrants do the same, turn by turn; keep the median seconds of each turn."""
        threads = threads or self.threads
        turns = {}
        for name in names:
            if (turn := self._prepare(name, threads, verb, arguments)) is not None:
                turns[name] = turn

        def taker(name: str, turn: Turn) -> Callable[[], float]:
            request = arguments | turn._asdict()
            return lambda: float(np.median(self.team.ask(name, threads, verb, **request)))

        self.watch(figure, x, {name: taker(name, turn) for name, turn in turns.items()}, rounds)

    def watch(
        self,
        figure: str,
        x: object,
        takers: Mapping[str, Callable[[], float]],
        rounds: int,
        show: str = "{:.4g} s",
    ) -> None:
        """Interleave takers, keep what they return, and print the medians in one line."""
        start = time.perf_counter()
        print(f"  {figure} at {x}: " if x != "" else f"  {figure}: ", end="", flush=True)
        for name, values in interleave(takers, rounds).items():
            self.results.add(figure, x, name, values)
        medians = (
            f"{name} {show.format(self.results.spread(figure, x, name).median)}" for name in takers
        )
        print(", ".join(medians), f"({rounds} rounds, {time.perf_counter() - start:.0f} s)")

    def _prepare(self, name: str, threads: int, verb: str, arguments: dict) -> Turn | None:
        """Let an entrant do its first steps, which build and compile, and plan its turns."""
        try:
            if threads == self.threads:
                self._check_same(name)
            seconds = self.team.ask(name, threads, verb, steps=1, warmup=1, **arguments)
        except WorkerError as error:
            if not ENTRANTS[name].optional:
                raise
            self._dropped.add(name)
            self.notes.append(f"{name} does not run here: {str(error).splitlines()[-1]}")
            return None
        return plan_turn(seconds[-1], self.effort.turn)

    def _check_same(self, name: str) -> None:
        """See once that an entrant has the network that all others have.

        Raises
        ------
        WorkerError
            If its predictions differ: then nothing can be compared.
        """
        if name in self._checked:
            return
        if self._expected is None:
            ours = self.team.ask(MINICNN, self.threads, "classify", images_=_CHECKED_IMAGES)
            self._expected = np.array(ours)
        theirs = self.team.ask(name, self.threads, "classify", images_=_CHECKED_IMAGES)
        difference = float(np.abs(np.array(theirs) - self._expected).max())
        if not difference < _CLOSE:
            raise WorkerError(f"{name} predicts other probabilities, by up to {difference:.2g}.")
        self._checked.add(name)
