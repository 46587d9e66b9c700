"""The files of --out: each holds the results in the format that its ending names."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from minicnn.cli.path_option import as_path

__all__ = ["add_out_argument", "check_out", "show"]

_FORMS = (".txt", ".csv", ".json")


def add_out_argument(
    parser: argparse.ArgumentParser, what: str, forms: Sequence[str] = _FORMS
) -> None:
    """Declare --out, for files whose endings are `forms`."""
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=as_path,
        nargs="+",
        default=[],
        help=f"also write the {what} to files; the ending sets the format: {', '.join(forms)}",
    )


def check_out(paths: Sequence[Path], forms: Sequence[str] = _FORMS) -> None:
    """Reject files that cannot be written, before the results are computed.

    Raises
    ------
    OSError
        If a file cannot be written.
    ValueError
        If a file has an unknown ending.
    """
    from minicnn.files import check_writable

    for path in paths:
        if path.suffix.casefold() not in forms:
            raise ValueError(f"--out must name files ending in {', '.join(forms)}, got {path}.")
    for path in paths:
        check_writable(path)


def show(forms: Mapping[str, str], paths: Sequence[Path]) -> None:
    """Print the results, and write them to each file in its format.

    Parameters
    ----------
    forms : mapping of str to str
        The results as text, by file ending.
    paths : sequence of Path
        Files that :func:`check_out` has accepted.
    """
    from minicnn.files import atomic_write

    print(forms[".txt"], end="")
    for path in paths:
        with atomic_write(path) as file:
            file.write(forms[path.suffix.casefold()].encode())
