"""The cells of a page of the book, what they print, and what the page says that they print.

A cell is a ``{code-cell}`` fence. If it prints something, a ``text`` fence follows at once and
shows it. The two are compared at the digits shown: a page that shows 0.33 agrees with 0.3301.
"""

from __future__ import annotations

import contextlib
import io
import re
from decimal import Decimal
from typing import NamedTuple

__all__ = ["Cell", "cells", "differences", "run"]

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.M | re.S
)
_OPTION = re.compile(r"\A(?::[\w-]+:[^\n]*\n)+")
# A number, but not the 2 of Conv2D or of dense_2.
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?!\w*[A-Za-z_])|[-+]?\d+e[-+]\d+")
_TIME = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?= ?(?:ns|µs|us|ms|s|min|seconds?|minutes?)\b)")
#: Below this, a number is rounding, and differs from one processor to the next.
NOISE = Decimal("1e-7")


class Cell(NamedTuple):
    """Code of a page.

    Attributes
    ----------
    line : int
        Where it starts in the page.
    code : str
    shown : str
        What the page shows as its output; "" if nothing.
    """

    line: int
    code: str
    shown: str


def cells(page: str) -> list[Cell]:
    """Return the cells of a page in order."""
    found: list[Cell] = []
    end_of_cell = None
    for match in _FENCE.finditer(page):
        kind, body = match["kind"].strip(), match["body"]
        if kind.startswith("{code-cell}"):
            line = page.count("\n", 0, match.start()) + 2
            options = _OPTION.match(body)
            if options:  # keep the count of lines for tracebacks
                body = "\n" * options[0].count("\n") + body[options.end() :]
            found.append(Cell(line, body, ""))
            end_of_cell = match.end()
        elif kind == "text" and end_of_cell and not page[end_of_cell : match.start()].strip():
            found[-1] = found[-1]._replace(shown=body)
            end_of_cell = None
        else:
            end_of_cell = None
    return found


def run(page: str, name: str) -> list[str]:
    """Run the cells of a page in one fresh namespace and return what does not agree."""
    names: dict = {"__name__": "__page__"}
    complaints = []
    for cell in cells(page):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile("\n" * (cell.line - 1) + cell.code, name, "exec"), names)
        complaints += [
            f"{name}:{cell.line}: {one}" for one in differences(cell.shown, out.getvalue())
        ]
    return complaints


def differences(shown: str, printed: str) -> list[str]:
    """Compare what a page shows with what its cell printed, line by line."""
    ours, theirs = _lines(shown), _lines(printed)
    if len(ours) != len(theirs):
        return [f"the page shows {len(ours)} lines, the cell prints {len(theirs)}:\n{printed}"]
    return [
        f"the page shows {a!r}, the cell prints {b!r}"
        for a, b in zip(ours, theirs, strict=True)
        if not _agree(a, b)
    ]


def _lines(text: str) -> list[str]:
    # A number of another length moves the columns of a table, so blanks count as one.
    return [" ".join(_TIME.sub("TIME", line).split()) for line in text.strip().splitlines()]


def _agree(shown: str, printed: str) -> bool:
    if _NUMBER.sub("#", shown).replace(" ", "") != _NUMBER.sub("#", printed).replace(" ", ""):
        return False
    pairs = zip(_NUMBER.findall(shown), _NUMBER.findall(printed), strict=True)
    return all(_same(Decimal(a), Decimal(b)) for a, b in pairs)


def _same(shown: Decimal, printed: Decimal) -> bool:
    if abs(shown) < NOISE and abs(printed) < NOISE:
        return True
    unit = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return abs(shown - printed) <= unit / 2
