"""``minicnn info``: machine, versions and included networks."""

from __future__ import annotations

import argparse
import io
import sys

from minicnn.streams import is_terminal, say

HELP = """Show processor, BLAS, threads, versions and included networks, and warn if BLAS is slow.

example:
  minicnn info
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: this verb has no options."""


def run(arguments: argparse.Namespace) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    from minicnn.fer.models.pretrained import DEFAULT, PRETRAINED_FILES, file_digest
    from minicnn.fer.runs.machine import describe_machine
    from minicnn.kernels.blas import describe_blas, has_slow_blas

    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    for name, value in (describe_machine() | describe_blas()).items():
        table.add_row(name, str(value))
    for name in PRETRAINED_FILES:
        default = ", the default (pretrained)" if name == DEFAULT else ""
        table.add_row(f"{name} network", f"{file_digest(name)}{default}")
    text, terminal = io.StringIO(), is_terminal(sys.stdout)
    width = max(_NARROWEST, Console().width)
    console = Console(file=text, force_terminal=terminal or None, width=width, highlight=False)
    console.print(table)
    if has_slow_blas():
        console.print(_SLOW)
    say(text.getvalue().removesuffix("\n"))


# Columns in which every value has room, however narrow the terminal is.
_NARROWEST = 80
_SLOW = (
    "\nThis processor has AVX-512, but BLAS runs kernels for older processors, at about half the "
    "speed: NumPy or SciPy was imported before minicnn, or OPENBLAS_CORETYPE is set. Import "
    "minicnn first, or set OPENBLAS_CORETYPE=SKYLAKEX."
)
