"""A progress bar on the terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from minicnn.streams import is_terminal

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(what: str, total: int, *, show: bool = True) -> Iterator[Callable[[int], None]]:
    """Show how much of `total` is done, while the block runs.

    Yields a function to call with the number of steps done since the last call. The bar disappears
    at the end; it is not shown if standard error is not a terminal or `show` is false.
    """
    if not (show and is_terminal(sys.stderr)):
        yield lambda done: None
        return
    from rich.console import Console  # slow to import, and needed on a terminal only
    from rich.progress import Progress

    # What is printed meanwhile appears above the bar; its lines are for programs, too, and whole.
    with Progress(console=Console(stderr=True, soft_wrap=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)
