"""A page: what a part of the benchmark shows, before it becomes files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Page", "Table", "between", "milliseconds", "three_digits"]


class Table(NamedTuple):
    """Rows of text under a head; the first column is a name, the others are numbers."""

    caption: str
    head: list[str]
    rows: list[list[str]]


class Page(NamedTuple):
    """Title, a text above the tables, the tables, and a figure with its description."""

    title: str
    text: str
    tables: list[Table]
    figure: Figure
    alt: str


def between(low: float, high: float, form: str = "{:.2f}") -> str:
    """Write a range: "0.94-1.02"."""
    return f"{form.format(low)}-{form.format(high)}"


def three_digits(value: float) -> str:
    """Write a number with three digits, as many before the point as it has: "5.10", "5120"."""
    return f"{value:.0f}" if value >= 99.95 else f"{value:#.3g}"


def milliseconds(seconds: float) -> str:
    """Write a time in ms: "0.0512", "5.12", "512"."""
    return three_digits(seconds * 1e3)
