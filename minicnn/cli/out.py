"""The files of --out: figures in the form that each ending names."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["add_out_argument", "opened_for_figures"]

_FORMS = (".txt", ".csv", ".json")


def add_out_argument(parser: argparse.ArgumentParser, figures: str) -> None:
    """Declare --out."""
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        nargs="+",
        default=[],
        help=f"write the {figures} there, as the ending says: {', '.join(_FORMS)}",
    )


@contextlib.contextmanager
def opened_for_figures(
    paths: Sequence[Path],
) -> Iterator[Callable[[Mapping[str, str]], None]]:
    """Open the files of --out; what is given shows figures and writes each file in its form.

    They are opened before the work is done, so that a place that cannot be written is told early,
    and take the place of older ones once all is written.

    Raises
    ------
    OSError
        If one cannot be opened.
    ValueError
        If one has another ending.
    """
    from minicnn.saving.atomic import atomic_write

    for path in paths:
        if path.suffix.casefold() not in _FORMS:
            raise ValueError(f"--out must name files ending in {', '.join(_FORMS)}, got {path}.")
    with contextlib.ExitStack() as stack:
        files = [(path, stack.enter_context(atomic_write(path))) for path in paths]

        def show(forms: Mapping[str, str]) -> None:
            print(forms[".txt"], end="")
            for path, file in files:
                file.write(forms[path.suffix.casefold()].encode())

        yield show
