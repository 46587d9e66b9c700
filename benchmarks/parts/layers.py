"""Each layer by itself: forward, backward, and how near it comes to what the machine can do."""

from __future__ import annotations

import time
from functools import partial

import numpy as np

from benchmarks import figures
from benchmarks.contenders import IM2COL, KERAS, MINICNN, PYTORCH
from benchmarks.counts import Work, backward_work, forward_work
from benchmarks.interleave import interleave
from benchmarks.page import Page, Table, milliseconds
from benchmarks.parts import roofline
from benchmarks.results import Results
from benchmarks.session import Session
from minicnn.fer.models.network import fer_network

__all__ = ["measure", "page"]

FORWARD, BACKWARD = "layer forward", "layer backward"
BATCH = 32
_PEERS = (KERAS, PYTORCH)
_SHOWN = 0.02  # share of the whole step under which a layer is left out of the picture


def measure(session: Session) -> None:
    """Time both passes of every layer, with the inputs that the network gives it."""
    names = session.present(MINICNN, IM2COL, KERAS, PYTORCH)
    steps = 1 if session.effort.sweep_rounds == 1 else 5
    start = time.perf_counter()
    print("  layers: ", end="", flush=True)
    takers = {
        name: partial(session.team.ask, name, session.threads, "layers", batch=BATCH, steps=steps)
        for name in names
    }
    rounds = interleave(takers, session.effort.sweep_rounds)
    for name, answers in rounds.items():
        for number, row in enumerate(answers[0]):
            for figure, which in ((FORWARD, "forward"), (BACKWARD, "backward")):
                medians = [float(np.median(answer[number][which])) for answer in answers]
                session.results.add(figure, row["layer"], name, medians)
    print(f"{len(answers[0])} layers of {', '.join(names)} ({time.perf_counter() - start:.0f} s)")


def page(results: Results) -> Page:
    """Show times, GFLOP/s and shares of the roofline."""
    speed, bandwidth = roofline.peak(results), roofline.bandwidth(results)
    others = [name for name in results.entrants(FORWARD) if name != MINICNN]
    ours, theirs, points = [], [], []
    for layer in fer_network().layers:
        works = {FORWARD: forward_work(layer, BATCH), BACKWARD: backward_work(layer, BATCH)}
        seconds = {figure: _seconds(results, figure, layer.name, MINICNN) for figure in works}
        row = [layer.name, "x".join(str(size) for size in layer.output_shape or ())]
        for figure, work in works.items():
            row += [milliseconds(seconds[figure]), *_rates(work, seconds[figure], speed, bandwidth)]
            if work.flops:
                point = figures.Point(
                    layer.name, work.flops / work.bytes, work.flops / seconds[figure]
                )
                points.append(point)
        ours.append(row)
        times = [
            milliseconds(_seconds(results, figure, layer.name, who))
            for who in (MINICNN, *others)
            for figure in works
        ]
        theirs.append([layer.name, *times])
    passes = [f"{which} {what}" for which in ("forward", "backward") for what in _COLUMNS]
    tables = [
        Table(f"minicnn, batches of {BATCH}", ["layer", "output", *passes], ours),
        Table(
            "Beside the others: ms forward and backward",
            ["layer", *(f"{who}, {p}" for who in (MINICNN, *others) for p in ("fwd", "bwd"))],
            theirs,
        ),
    ]
    names = [MINICNN, *(name for name in others if name in _PEERS)]
    picture = figures.layers(_bars(results, names), points, peak=speed, bandwidth=bandwidth)
    alt = "Bars of each layer's time for each library, and a roofline with minicnn's layers on it"
    return Page("Layers", _TEXT, tables, picture, alt)


_COLUMNS = ("ms", "GFLOP/s", "GB/s", "of the roofline")
_TEXT = (
    "Each layer by itself on the inputs that the network gives it, training. GFLOP/s count the "
    "convolution sum as it stands; an algorithm that needs fewer multiplications can show more "
    "than the machine's peak, and more than 100 % of the roofline. GB/s count every array that "
    "must be read or written once; one that is still in the cache can exceed the memory's "
    "bandwidth. The share of the roofline is the least time that peak and bandwidth allow over the "
    "time taken. "
    "Keras's backward pass is the difference of two medians (both passes, forward), because "
    "TensorFlow cannot run it alone; 0 means that the difference was lost in the noise."
)


def _seconds(results: Results, figure: str, layer: str, who: str) -> float:
    return results.spread(figure, layer, who).median


def _rates(work: Work, seconds: float, peak: float, bandwidth: float) -> list[str]:
    if not work.bytes:
        return ["", "", ""]
    flops = f"{work.flops / seconds / 1e9:.0f}" if work.flops else ""
    share = work.least_seconds(peak, bandwidth) / seconds
    return [flops, f"{work.bytes / seconds / 1e9:.1f}", f"{share:.0%}"]


def _bars(results: Results, names: list[str]) -> dict[str, dict[str, tuple[float, float]]]:
    """Give ms forward and backward of each layer that matters, by layer and library."""
    bars = {
        layer: {
            who: (
                1e3 * _seconds(results, FORWARD, layer, who),
                1e3 * _seconds(results, BACKWARD, layer, who),
            )
            for who in names
        }
        for layer in results.xs(FORWARD)
    }
    whole = {who: sum(sum(bar[who]) for bar in bars.values()) for who in names}
    return {
        layer: bar
        for layer, bar in bars.items()
        if any(sum(bar[who]) > _SHOWN * whole[who] for who in names)
    }
