"""Results of several machines side by side: of each machine the newest, with date and commit."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.page import Table
from benchmarks.processes import ROOT

__all__ = ["SHOWN", "Kept", "commit", "keep", "machine_table", "read", "text"]

#: The figures that are shown, and the heads of their columns.
SHOWN = {
    "training, batch 32": "training, batch 32",
    "`fit` with augmentation": "`fit`, augmented",
    "prediction, batch 1": "prediction, 1",
    "prediction, batch 32": "32",
    "prediction, batch 256": "256",
    "peak memory, 5 training steps": "peak memory",
    "fresh process, load, one image": "fresh process",
}


class Kept(NamedTuple):
    """One figure of one machine."""

    machine: str
    best: str  # sgemm and copy
    date: str
    commit: str
    figure: str
    minicnn: str
    peer: str
    ratio: str


def commit() -> str:
    """Return the short name of the commit that is measured, with "+" if the package was changed.

    Without git it is "unknown".
    """

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", "minicnn")
        return git("rev-parse", "--short", "HEAD") + "+" * bool(changed)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def read(path: Path) -> list[Kept]:
    """Return the rows saved so far, or none if the file does not exist."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [Kept(**row) for row in csv.DictReader(file)]


def text(kept: Sequence[Kept]) -> str:
    """Write rows as csv."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Kept._fields)
    writer.writerows(kept)
    return out.getvalue()


def keep(kept: Sequence[Kept], table: Table, machine: Mapping[str, str], of: str) -> list[Kept]:
    """Let the rows of a run take the place of the same figures of the same machine.

    Parameters
    ----------
    kept : sequence of Kept
    table : Table
        The table of ratios.
    machine : mapping of str to str
        What the pages say about the machine.
    of : str
        The commit that was measured.
    """
    name = machine["processor"].replace(" for each contender", "")
    new = [
        Kept(name, machine["at its best"], machine["date"], of, figure, ours, peer, ratio)
        for figure, ours, peer, ratio, *_ in table.rows
    ]
    replaced = {(row.machine, row.figure) for row in new}
    return [row for row in kept if (row.machine, row.figure) not in replaced] + new


def machine_table(kept: Sequence[Kept]) -> Table:
    """Show every machine in a row: ratios to the faster peer, who is named, and when."""
    rows = []
    for machine in dict.fromkeys(row.machine for row in kept):
        own = [row for row in kept if row.machine == machine]
        by_figure = {row.figure: row for row in own}
        cells = [_cell(by_figure.get(figure)) for figure in SHOWN]
        when = dict.fromkeys(f"{row.date} ({row.commit})" for row in own)
        rows.append([machine, _rates(own[-1].best), *cells, ", ".join(when)])
    head = ["machine", "sgemm, GFLOP/s; copying, GB/s", *SHOWN.values(), "measured"]
    return Table("Machines", head, rows)


def _cell(row: Kept | None) -> str:
    return "" if row is None else f"{row.ratio} {row.peer.partition(':')[0].partition(',')[0]}"


def _rates(best: str) -> str:
    """Shorten "... matrices 492 GFLOP/s (...); copying memory 200.9 GB/s ..." to "492; 200.9"."""
    product = best.partition(" GFLOP/s")[0].rpartition(" ")[2]
    return f"{product}; {best.partition(' GB/s')[0].rpartition(' ')[2]}"
