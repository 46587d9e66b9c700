"""The files of a run: a page, a csv file and a picture for each part, and the index."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.page import Page, Table
from benchmarks.results import Record
from minicnn.files import atomic_write

__all__ = [
    "MACHINES",
    "csv_text",
    "fill_in",
    "markdown_table",
    "page_text",
    "write_page",
    "write_text",
]

BEGIN, END = "<!-- results: written by python -m benchmarks -->", "<!-- end of results -->"
#: The same for the table of machines.
MACHINES = ("<!-- machines: written by python -m benchmarks -->", "<!-- end of machines -->")


def markdown_table(table: Table) -> str:
    """Write a table in Markdown, its columns aligned in the text as well.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the head.
    """
    for row in table.rows:
        if len(row) != len(table.head):
            raise ValueError(
                f"{table.caption}: row {row} has {len(row)} cells, expected {len(table.head)}."
            )
    lines = [[cell.replace("|", "\\|") for cell in row] for row in (table.head, *table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    # The first column is a name, the others are numbers.
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| " + " | ".join(_aligned(line, widths)) + " |" for line in (lines[0], rule, *lines[1:])
    )


def _aligned(line: list[str], widths: list[int]) -> list[str]:
    first, *others = line
    cells = zip(others, widths[1:], strict=True)
    return [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in cells)]


def machine_list(machine: Mapping[str, str]) -> str:
    """Write the machine and the versions as a list."""
    return "\n".join(f"- {name}: {value}" for name, value in machine.items())


def page_text(name: str, page: Page, machine: Mapping[str, str], notes: Sequence[str] = ()) -> str:
    """Write a page in Markdown: text, picture, tables, notes, machine."""
    parts = [f"# {page.title}", page.text, f"![{page.alt}]({name}.png)"]
    for table in page.tables:
        parts += [f"**{table.caption}**", markdown_table(table)]
    parts += [*notes, "Measured on:", machine_list(machine)]
    parts.append(f"Every turn is in [{name}.csv]({name}.csv); [README.md](README.md) says how.")
    return "\n\n".join(parts) + "\n"


def csv_text(records: list[Record], machine: Mapping[str, str]) -> str:
    """Write turns as csv, under lines that begin with # and name machine and units."""
    text = io.StringIO()
    text.writelines(f"# {name}: {value}\n" for name, value in machine.items())
    text.write("# values are medians of a turn: seconds, or MiB where the figure is a memory\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Record._fields)
    writer.writerows([*record[:-1], f"{record.value:.6g}"] for record in records)
    return text.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with atomic_write(path) as file:
        file.write(text.encode())


def write_page(
    folder: Path,
    name: str,
    page: Page,
    records: list[Record],
    machine: Mapping[str, str],
    notes: Sequence[str] = (),
) -> None:
    """Write the three files of a part."""
    write_text(folder / f"{name}.md", page_text(name, page, machine, notes))
    write_text(folder / f"{name}.csv", csv_text(records, machine))
    with atomic_write(folder / f"{name}.png") as file:
        page.figure.savefig(file, dpi=110)


def fill_in(index: str, results: str, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """Put results between two marks of the index page.

    Raises
    ------
    ValueError
        If the marks are not there.
    """
    begin, end = marks
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not between.search(index):
        raise ValueError(f"the index page has no part between {begin!r} and {end!r}.")
    return between.sub(lambda _: f"{begin}\n\n{results}\n\n{end}", index)
