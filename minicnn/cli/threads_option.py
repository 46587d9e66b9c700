"""How many threads a verb computes with: from --threads, or the environment."""

from __future__ import annotations

import argparse

__all__ = ["add_threads_argument", "use_threads"]


def add_threads_argument(parser: argparse.ArgumentParser) -> None:
    """Declare --threads."""
    parser.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help="threads to compute with; they do not change the results (MINICNN_NUM_THREADS, or "
        "else the CPUs that this process may use)",
    )


def use_threads(count: int | None) -> None:
    """Set the number of threads.

    Raises
    ------
    ValueError
        If --threads or MINICNN_NUM_THREADS is not a positive integer.
    """
    from minicnn.intervals import whole_number_in
    from minicnn.kernels.threads import get_threads, set_threads

    if count is None:
        get_threads()  # a bad variable is an error now, and not after an hour
    else:
        set_threads(whole_number_in("[1, inf)", count, "--threads"))
