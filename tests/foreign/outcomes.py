"""What became of a foreign case, and the table of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Outcome", "OutOfScope", "failures", "reasons", "totals"]

STATUSES = ("passed", "out of scope", "failed")


class OutOfScope(Exception):  # noqa: N818
    """The case asks for something that this library leaves out; the message says what."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case.

    Attributes
    ----------
    group, name : str
        Operator or file, and the case.
    status : str
        One of STATUSES.
    reason : str
        Why it did not pass.
    """

    group: str
    name: str
    status: str
    reason: str = ""


def totals(outcomes: Iterable[Outcome]) -> str:
    """Return a table of counts by group, with a row of sums."""
    counts: dict[str, Counter] = {}
    for outcome in outcomes:
        counts.setdefault(outcome.group, Counter())[outcome.status] += 1
    lines = ["| | " + " | ".join(STATUSES) + " |", "|---" * (1 + len(STATUSES)) + "|"]
    for group, count in sorted(counts.items()):
        lines.append(f"| {group} | " + " | ".join(str(count[s]) for s in STATUSES) + " |")
    sums = sum(counts.values(), Counter())
    lines.append("| **all** | " + " | ".join(f"**{sums[s]}**" for s in STATUSES) + " |")
    return "\n".join(lines)


def reasons(outcomes: Iterable[Outcome]) -> str:
    """Return a list of why cases are out of scope, the most frequent reason first."""
    counts = Counter(o.reason for o in outcomes if o.status == "out of scope")
    return "\n".join(f"- {count}: {reason}" for reason, count in counts.most_common())


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for every failed case."""
    return [f"{o.group}: {o.name}: {o.reason}" for o in outcomes if o.status == "failed"]
