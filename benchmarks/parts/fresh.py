"""What needs a fresh process: peak memory, the cold start, the import, the first step ever."""

from __future__ import annotations

import tempfile
import time
from functools import partial

from benchmarks import figures
from benchmarks.contenders import ENTRANTS, IM2COL, KERAS, MINICNN, PYTORCH, installed
from benchmarks.interleave import interleave
from benchmarks.page import Page, Table, between
from benchmarks.processes import Worker, import_seconds
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["COLD", "FIRST", "IMPORT", "MEMORY", "MEMORY_STEPS"]

MEMORY, MEMORY_STEPS = "memory of training", 5
COLD, COLD_CPU, COLD_MEMORY = "cold start", "cold start, CPU time", "cold start, memory"
IMPORT, FIRST = "import", "first step"
BATCH = 32
_STAND_ON = "its NumPy, SciPy, Numba"
_IMPORTS = {
    MINICNN: "import minicnn",
    _STAND_ON: "import numpy, scipy.linalg, numba",
    KERAS: "import keras",
    PYTORCH: "import torch",
}


def measure_memory(session: Session) -> None:
    """Train in fresh processes and ask for the most memory they held."""

    def peak(name: str) -> float:
        with Worker(name, session.folder, session.threads) as worker:
            worker.ask("train", batch=BATCH, size=48, steps=MEMORY_STEPS, warmup=0)
            return worker.ask("usage")["memory"]

    names = session.present(MINICNN, IM2COL, KERAS, PYTORCH)
    takers = {name: partial(peak, name) for name in names}
    session.watch(MEMORY, BATCH, takers, session.effort.fresh_rounds, "{:.0f} MiB")


def memory_page(results: Results) -> Page:
    """Show MiB."""
    rows = []
    for name in results.entrants(MEMORY):
        mib = results.spread(MEMORY, BATCH, name)
        row = [name, f"{mib.median:.0f}", between(mib.low, mib.high, "{:.0f}")]
        share = results.ratio(MEMORY, BATCH, MINICNN, name).median
        rows.append([*row, f"{share:.2f}"])
    caption = f"Peak memory of a fresh process, {MEMORY_STEPS} training steps on {BATCH} images"
    table = Table(caption, ["", "MiB", "quartiles", "minicnn over it"], rows)
    text = (
        "The most memory that the process has held at once, code and libraries included, from its "
        "start to the end of the steps, as the operating system counts it."
    )
    figure = figures.bars(
        _bars(results, MEMORY, BATCH), title="Memory of training, batches of 32", label="MiB"
    )
    return Page("Memory", text, [table], figure, "Bars of peak memory for each library")


def measure_start(session: Session) -> None:
    """Time fresh processes: one image, an import, and the first step with nothing compiled."""
    names, rounds = session.present(MINICNN, KERAS, PYTORCH), session.effort.fresh_rounds
    _measure_cold(session, names, rounds)
    imports = {
        name: partial(import_seconds, statement)
        for name, statement in _IMPORTS.items()
        if name not in ENTRANTS or installed(name)
    }
    interleave(imports, 1)  # files come from the disk once
    session.watch(IMPORT, "", imports, rounds)

    def first_step(name: str) -> float:
        with tempfile.TemporaryDirectory() as cache:
            start = time.perf_counter()
            variables = {"NUMBA_CACHE_DIR": cache}
            with Worker(name, session.folder, session.threads, variables) as worker:
                worker.ask("train", batch=BATCH, size=48, steps=1, warmup=0)
                return time.perf_counter() - start

    takers = {name: partial(first_step, name) for name in names}
    session.watch(FIRST, "", takers, max(1, rounds - 1))


def _measure_cold(session: Session, names: list[str], rounds: int) -> None:
    def cold(name: str) -> dict[str, float]:
        start = time.perf_counter()
        with Worker(name, session.folder, session.threads) as worker:
            worker.ask("classify", images_=1)
            return {"wall": time.perf_counter() - start} | worker.ask("usage")

    takers = {name: partial(cold, name) for name in names}
    interleave(takers, 1)  # kernels and files are in their caches from here on
    start = time.perf_counter()
    answers = interleave(takers, rounds)
    for figure, which in ((COLD, "wall"), (COLD_CPU, "cpu"), (COLD_MEMORY, "memory")):
        for name, values in answers.items():
            session.results.add(figure, "", name, [value[which] for value in values])
    seconds = (f"{name} {session.results.spread(COLD, '', name).median:.3g} s" for name in names)
    print(f"  {COLD}: {', '.join(seconds)} ({time.perf_counter() - start:.0f} s)")


def start_page(results: Results) -> Page:
    """Show seconds."""
    cold = []
    for name in results.entrants(COLD):
        wall = results.spread(COLD, "", name)
        share = results.ratio(COLD, "", MINICNN, name)
        cold.append(
            [
                name,
                f"{wall.median:.2f}",
                between(wall.low, wall.high),
                f"{results.spread(COLD_CPU, '', name).median:.2f}",
                f"{results.spread(COLD_MEMORY, '', name).median:.0f}",
                f"{share.median:.2f}",
            ]
        )
    head = ["", "s", "quartiles", "s of CPU", "peak MiB", "minicnn over it"]
    tables = [
        Table("Fresh process to the probabilities of one image, warm caches", head, cold),
        _seconds(results, IMPORT, "Import in a fresh interpreter"),
        _seconds(results, FIRST, f"Fresh process to the end of the first step on {BATCH} images"),
    ]
    text = (
        "A fresh process imports its library, loads the network (minicnn and Keras from a .keras "
        "file, PyTorch from arrays) and predicts one image; minicnn's kernels are in Numba's "
        "cache. The first step ever is taken with that cache empty: every kernel is compiled."
    )
    panels = {
        "Fresh process: one image": _bars(results, COLD, ""),
        "Import": _bars(results, IMPORT, ""),
        "First step ever": _bars(results, FIRST, ""),
    }
    figure = figures.bar_panels(panels, label="seconds")
    return Page("Start", text, tables, figure, "Bars of seconds to start for each library")


def _seconds(results: Results, figure: str, caption: str) -> Table:
    rows = []
    for name in results.entrants(figure):
        seconds = results.spread(figure, "", name)
        rows.append([name, f"{seconds.median:.2f}", between(seconds.low, seconds.high)])
    return Table(caption, ["", "s", "quartiles"], rows)


def _bars(results: Results, figure: str, x: object) -> list[figures.Bar]:
    bars = []
    for name in results.entrants(figure):
        value = results.spread(figure, x, name)
        colour = ENTRANTS[name].colour if name in ENTRANTS else "#999999"
        bars.append(figures.Bar(name, value.median, value.low, value.high, colour))
    return bars
