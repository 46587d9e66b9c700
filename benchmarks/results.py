"""Results: every turn of every contender, and the figures that are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.interleave import Spread, ratio, spread

__all__ = ["Record", "Results"]


class Record(NamedTuple):
    """One turn, as it stands in the csv files."""

    figure: str
    x: str
    entrant: str
    round: int
    value: float


class Results:
    """What was measured so far.

    A figure is a name such as "training"; `x` is where on its axis a value was taken (a batch
    size, a number of threads, the name of a layer). Times are in seconds, memory in MiB.
    """

    def __init__(self) -> None:
        self._turns: dict[tuple[str, str, str], list[float]] = {}

    def add(self, figure: str, x: object, entrant: str, turns: Sequence[float]) -> None:
        """Take in the turns of an entrant; those of an earlier call are replaced."""
        self._turns[figure, str(x), entrant] = list(turns)

    def turns(self, figure: str, x: object, entrant: str) -> list[float]:
        """Return the values of an entrant by round.

        Raises
        ------
        KeyError
            If it was not measured.
        """
        return self._turns[figure, str(x), entrant]

    def has(self, figure: str, x: object, entrant: str) -> bool:
        """Say whether there are such values."""
        return (figure, str(x), entrant) in self._turns

    def figures(self) -> list[str]:
        """Return all figures, in the order of measuring."""
        return list(dict.fromkeys(name for name, _, _ in self._turns))

    def xs(self, figure: str) -> list[str]:
        """Return where values of a figure were taken, in the order of measuring."""
        return list(dict.fromkeys(x for name, x, _ in self._turns if name == figure))

    def entrants(self, figure: str) -> list[str]:
        """Return whose values of a figure there are, in the order of measuring."""
        return list(dict.fromkeys(who for name, _, who in self._turns if name == figure))

    def spread(self, figure: str, x: object, entrant: str) -> Spread:
        """Return median and quartiles of an entrant's turns."""
        return spread(self.turns(figure, x, entrant))

    def ratio(self, figure: str, x: object, above: str, below: str) -> Spread:
        """Return the ratio of two entrants' values, round by round."""
        return ratio(self.turns(figure, x, above), self.turns(figure, x, below))

    def smallest(self, figure: str, x: object, among: Iterable[str]) -> str | None:
        """Return who of some entrants has the smallest median; None if none was measured."""
        there = [name for name in among if self.has(figure, x, name)]
        return min(there, key=lambda name: self.spread(figure, x, name).median, default=None)

    def records(self, figures: Iterable[str]) -> list[Record]:
        """Return all turns of some figures."""
        chosen = set(figures)
        return [
            Record(figure, x, entrant, number, value)
            for (figure, x, entrant), values in self._turns.items()
            if figure in chosen
            for number, value in enumerate(values, 1)
        ]
