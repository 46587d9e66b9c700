"""Plain tables for people."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["as_text", "new_table"]


def new_table(first: str, *others: str) -> Table:
    """Begin a table: names on the left, numbers on the right below their titles."""
    from rich.box import SIMPLE_HEAD  # slow to import, and only people need it
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def as_text(*parts: Any) -> str:
    """Lay out tables and lines as plain text, as wide as need be."""
    from rich.console import Console

    text = io.StringIO()
    # File names are shown as they are: no "[bold]" or ":smile:" in them means anything.
    console = Console(file=text, width=10_000, highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip().splitlines())
