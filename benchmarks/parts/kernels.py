"""Every fast kernel beside its readable reference: whether it is worth its lines."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks import figures
from benchmarks.contenders import ENTRANTS, IM2COL, MINICNN
from benchmarks.interleave import plan_turn
from benchmarks.kernels import ROWS, Pair
from benchmarks.page import Page, Table, between, milliseconds
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["KERNELS", "VERSIONS", "measure", "page"]

KERNELS = "kernels"
KERNEL, REFERENCE = VERSIONS = Pair._fields


def measure(session: Session) -> None:
    """Time both versions of each kernel, turn by turn, in one process."""
    for row in ROWS:
        takers = {}
        for version in VERSIONS:
            ask = partial(
                session.team.ask,
                *(MINICNN, session.threads, "kernel"),
                row=row,
                version=version,
                images_=session.effort.kernel_images,
            )
            (seconds,) = ask(steps=1, warmup=1)
            turn = plan_turn(seconds, session.effort.turn)._asdict()
            takers[version] = lambda ask=ask, turn=turn: float(np.median(ask(**turn)))
        session.watch(KERNELS, row, takers, session.effort.sweep_rounds)


def page(results: Results) -> Page:
    """Show ms, and how many times as fast as its reference each kernel is."""
    rows, bars = [], []
    for row in results.xs(KERNELS):
        kernel, reference = (results.spread(KERNELS, row, version) for version in VERSIONS)
        gain = results.ratio(KERNELS, row, REFERENCE, KERNEL)
        times = [milliseconds(kernel.median), milliseconds(reference.median)]
        rows.append([row, *times, f"{gain.median:.2f}", between(gain.low, gain.high)])
        slower = gain.median < 1
        colour = ENTRANTS[IM2COL if slower else MINICNN].colour
        bars.append(figures.Bar(row, gain.median, gain.low, gain.high, colour))
    head = ["kernel", "ms", "ms of its reference", "times as fast", "quartiles"]
    text = (
        "Every kernel with a fast loop and the readable reference above it in the same file, in "
        "float32 on the same arrays, in one process: the sizes of the documented network's layers. "
        "A reference is plain NumPy or the loop of the textbook, written to be read. That of "
        "`normalize_rectify_pool` is the three fast kernels one after the other, that of `matmul` "
        "is NumPy's own product."
    )
    figure = figures.bars(
        bars,
        title="Kernels beside their references",
        label="times as fast as the reference (median and quartiles)",
        mark=(1.0, "as fast"),
        logarithmic=True,
    )
    alt = "Bars of how many times as fast as its reference each kernel is"
    return Page("Kernels", text, [Table(KERNELS, head, rows)], figure, alt)
