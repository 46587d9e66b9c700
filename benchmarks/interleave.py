"""A B A B ...: whose turn it is, and what is made of the times.

Machines get slower and faster by the minute: other programs, heat, the neighbours of a virtual
machine. So nobody is measured alone. Everybody has a short turn in every round, the median of a
turn stands for it, and two contenders are compared round by round: what slows one round slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

__all__ = ["PAUSE", "Spread", "Turn", "interleave", "plan_turn", "ratio", "spread"]

T = TypeVar("T")

#: Seconds between two turns. The pools of OpenMP and OpenBLAS wait for more work with the
#: processor running, for up to 30 ms; then they sleep, and the next one has the machine alone.
PAUSE = 0.05
_MOST_STEPS = 200
_LONG = 0.5  # seconds of a step that a cold start can no longer change


class Turn(NamedTuple):
    """How a turn is spent: steps without a clock, then steps with one."""

    warmup: int
    steps: int


class Spread(NamedTuple):
    """The middle of some values: median, lower and upper quartile."""

    median: float
    low: float
    high: float
    rounds: int


def plan_turn(step: float, turn: float) -> Turn:
    """Fill a turn of about `turn` seconds with steps of `step` seconds, one at least."""
    steps = min(max(round(turn / step), 1), _MOST_STEPS)
    return Turn(warmup=0 if step >= _LONG else 1, steps=steps)


def interleave(
    takers: Mapping[str, Callable[[], T]], rounds: int, pause: float = PAUSE
) -> dict[str, list[T]]:
    """Give every taker a turn in every round, always in the same order.

    Parameters
    ----------
    takers : mapping of str to callable
        What takes a turn and returns what came out.
    rounds : int
        Number of turns of each.
    pause : float
        Seconds before each turn.

    Returns
    -------
    dict
        For every taker what came out, by round.
    """
    outcomes: dict[str, list[T]] = {name: [] for name in takers}
    for _ in range(rounds):
        for name, take in takers.items():
            time.sleep(pause)
            outcomes[name].append(take())
    return outcomes


def spread(values: Sequence[float]) -> Spread:
    """Return median and quartiles of some values.

    Raises
    ------
    ValueError
        If there is no value.
    """
    if len(values) == 0:
        raise ValueError("spread: there is no value.")
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return Spread(float(median), float(low), float(high), len(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Return the spread of above / below, round by round.

    Raises
    ------
    ValueError
        If the rounds of the two are not as many.
    """
    if len(above) != len(below):
        raise ValueError(f"ratio: {len(above)} rounds against {len(below)}; they must be as many.")
    return spread([a / b for a, b in zip(above, below, strict=True)])
