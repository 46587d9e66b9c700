"""The files of --out: results in the form that each ending names."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["add_out_argument", "check_out", "show"]

_FORMS = (".txt", ".csv", ".json")


def add_out_argument(parser: argparse.ArgumentParser, what: str) -> None:
    """Declare --out."""
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help=f"write the {what} there, as the ending says: {', '.join(_FORMS)}",
    )


def check_out(paths: Sequence[Path]) -> None:
    """Refuse files that cannot be written, before the work that is to go there.

    Raises
    ------
    OSError
        If there is no place for one.
    ValueError
        If one has another ending.
    """
    from minicnn.files import check_writable

    for path in paths:
        if path.suffix.casefold() not in _FORMS:
            raise ValueError(f"--out must name files ending in {', '.join(_FORMS)}, got {path}.")
    for path in paths:
        check_writable(path)


def show(forms: Mapping[str, str], paths: Sequence[Path]) -> None:
    """Print results, and write them into each file in its form.

    Parameters
    ----------
    forms : mapping of str to str
        By ending, the results as a text.
    paths : sequence of Path
        As :func:`check_out` has let them pass.
    """
    from minicnn.files import atomic_write

    print(forms[".txt"], end="")
    for path in paths:
        with atomic_write(path) as file:
            file.write(forms[path.suffix.casefold()].encode())
