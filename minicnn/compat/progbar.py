"""``Progbar``: a line of progress for training loops that scripts write themselves."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any

from minicnn.streams import is_terminal, say
from minicnn.training.verbose import describe

__all__ = ["Progbar"]


class Progbar:
    """Shows how many steps are done, with means of figures.

    On a terminal the line is drawn again and again; elsewhere one line is printed at the end.

    Parameters
    ----------
    target : int or None
        Number of steps, if it is known.
    width : int
        Characters of the bar.
    verbose : {0, 1, 2}
        0 is silent, 2 prints a line at the end only.
    interval : float
        Least seconds between two drawings.
    stateful_metrics, stateless_metrics : iterable of str, optional
        Which figures are shown as they are, or which are averaged over the steps; by default all
        are averaged.
    unit_name : str
        Name of a step.

    Raises
    ------
    ValueError
        If both `stateful_metrics` and `stateless_metrics` are given.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError("Progbar: give stateful_metrics or stateless_metrics, not both.")
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self._stateful = set(stateful_metrics or ())
        self._stateless = None if stateless_metrics is None else set(stateless_metrics)
        self._figures: dict[str, tuple[float, int]] = {}  # sum and number of steps
        self._done = 0
        self._start, self._drawn = time.perf_counter(), 0.0

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Count `n` more steps; see :meth:`update`."""
        self.update(self._done + n, values)

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Show that `current` steps are done.

        Parameters
        ----------
        current : int
        values : iterable of (str, float), optional
            Figures of the last step. Those of the final update are shown as they are.
        finalize : bool, optional
            Whether it is the last update; by default it is when `target` is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            steps = max(current - self._done, 1)
            total, before = self._figures.get(name, (0.0, 0))
            if finalize or not self._averages(name):
                total, before, steps = 0.0, 0, 1
            self._figures[name] = (total + float(value) * steps, before + steps)
        self._done = current
        self._show(finalize=finalize)

    def _averages(self, name: str) -> bool:
        return name not in self._stateful if self._stateless is None else name in self._stateless

    def _show(self, *, finalize: bool) -> None:
        now, draws = time.perf_counter(), self.verbose == 1 and is_terminal(sys.stdout)
        if finalize and self.verbose:
            say(f"\r{self._line()}\033[K" if draws else self._line())
        elif draws and now - self._drawn >= self.interval:
            self._drawn = now
            sys.stdout.write(f"\r{self._line()}\033[K")
            sys.stdout.flush()

    def _line(self) -> str:
        seconds = time.perf_counter() - self._start
        parts = [f"{self._done}/{self.target or 'unknown'}"]
        if self.target:
            full = round(self.width * min(1, self._done / self.target))
            parts.append("=" * full + "." * (self.width - full))
        milliseconds = 1000 * seconds / max(self._done, 1)
        parts.append(f"{seconds:.0f} s, {milliseconds:.0f} ms/{self.unit_name}")
        figures = {name: total / steps for name, (total, steps) in self._figures.items()}
        return "  ".join([*parts, *([describe(figures)] if figures else [])])
