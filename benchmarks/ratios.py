"""The table at the end: each figure beside what it must be and what it should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.contenders import IM2COL, KERAS, MINICNN, UNCHANGED
from benchmarks.interleave import Spread, spread
from benchmarks.page import Table, between, milliseconds
from benchmarks.parts.augmentation import AUGMENTATION, AUGMENTATION_PEERS, IMAGES
from benchmarks.parts.fresh import COLD, FIRST, IMPORT, MEMORY, MEMORY_STEPS
from benchmarks.parts.sweeps import PREDICTION, PREDICTION_PEERS
from benchmarks.parts.training import BATCH, PEERS, TRAINING, bound
from benchmarks.results import Results

__all__ = ["Goal", "ratio_table", "verdict"]


class Goal(NamedTuple):
    """What a ratio must be (if anything), and what it should be; `more`: more is better."""

    must: float | None
    aim: float
    more: bool = False


def verdict(value: float, goal: Goal) -> str:
    """Say what was reached: the aim, the must, or neither."""

    def reached(bound: float) -> bool:
        return value >= bound if goal.more else value <= bound

    if reached(goal.aim):
        return "aim reached"
    return "must reached" if goal.must is not None and reached(goal.must) else "falls short"


def ratio_table(results: Results) -> Table:
    """Compare all figures with the faster peer; a figure that was not measured has no row."""
    rows = [
        _training(results, MINICNN, "training, batch 32", Goal(1.3, 2.0, more=True)),
        _over_bound(results, Goal(None, 1.0, more=True)),
        _training(results, IM2COL, "training, im2col only", Goal(0.8, 1.0, more=True)),
        _augmentation(
            results, AUGMENTATION_PEERS, "`fit` with augmentation", Goal(1.3, 2.0, more=True)
        ),
        _augmentation(
            results, (UNCHANGED,), "`fit` with over without", Goal(0.95, 0.95, more=True)
        ),
        _prediction(results, 1, Goal(0.7, 0.4)),
        _prediction(results, 32, Goal(0.8, 0.5)),
        _prediction(results, 256, Goal(0.8, 0.5)),
        _memory(results, Goal(0.5, 0.3)),
        _cold(results, Goal(0.25, 0.12)),
        _seconds(results, IMPORT, "`import minicnn`", Goal(0.8, 0.4)),
        _seconds(results, FIRST, "first training step ever", Goal(45, 20)),
    ]
    head = ["figure", "minicnn", "peer", "ratio", "quartiles", "must", "aim", "verdict"]
    return Table("What was reached", head, [row for row in rows if row])


def _row(figure: str, ours: str, peer: str, ratio: Spread, goal: Goal, unit: str) -> list[str]:
    sign = ">=" if goal.more else "<="
    return [
        figure,
        ours,
        peer,
        f"{ratio.median:.2f}{unit}",
        between(ratio.low, ratio.high),
        "" if goal.must is None else f"{sign} {goal.must:g}{unit}",
        f"{sign} {goal.aim:g}{unit}",
        verdict(ratio.median, goal),
    ]


def _training(results: Results, ours: str, title: str, goal: Goal) -> list[str]:
    peer = results.smallest(TRAINING, BATCH, PEERS)
    if peer is None or not results.has(TRAINING, BATCH, ours):
        return []
    rates = [f"{BATCH / results.spread(TRAINING, BATCH, who).median:.1f}" for who in (ours, peer)]
    ratio = results.ratio(TRAINING, BATCH, peer, ours)
    return _row(title, f"{rates[0]} images/s", f"{peer}: {rates[1]} images/s", ratio, goal, "x")


def _over_bound(results: Results, goal: Goal) -> list[str]:
    if not results.has(TRAINING, BATCH, MINICNN):
        return []
    limit = bound(results)
    rates = [BATCH / seconds for seconds in results.turns(TRAINING, BATCH, MINICNN)]
    ours, peer = f"{spread(rates).median:.1f} images/s", f"sgemm peak: {limit:.1f} images/s"
    over = spread([rate / limit for rate in rates])
    return _row("training over the bound of direct convolution", ours, peer, over, goal, "x")


def _augmentation(results: Results, peers: Sequence[str], title: str, goal: Goal) -> list[str]:
    peer = results.smallest(AUGMENTATION, IMAGES, peers)
    if peer is None:
        return []
    ours, theirs = (
        f"{IMAGES / results.spread(AUGMENTATION, IMAGES, who).median:.1f} images/s"
        for who in (MINICNN, peer)
    )
    ratio = results.ratio(AUGMENTATION, IMAGES, peer, MINICNN)
    return _row(title, ours, f"{peer}: {theirs}", ratio, goal, "x")


def _prediction(results: Results, batch: int, goal: Goal) -> list[str]:
    peer = results.smallest(PREDICTION, batch, PREDICTION_PEERS)
    if peer is None:
        return []
    times = [
        milliseconds(results.spread(PREDICTION, batch, who).median / batch)
        for who in (MINICNN, peer)
    ]
    ratio = results.ratio(PREDICTION, batch, MINICNN, peer)
    ours, theirs = f"{times[0]} ms/image", f"{peer}: {times[1]} ms/image"
    return _row(f"prediction, batch {batch}", ours, theirs, ratio, goal, "x")


def _memory(results: Results, goal: Goal) -> list[str]:
    if not results.has(MEMORY, BATCH, KERAS):
        return []
    ours, theirs = (
        f"{results.spread(MEMORY, BATCH, who).median:.0f} MiB" for who in (MINICNN, KERAS)
    )
    ratio = results.ratio(MEMORY, BATCH, MINICNN, KERAS)
    title = f"peak memory, {MEMORY_STEPS} training steps"
    return _row(title, ours, f"{KERAS}: {theirs}", ratio, goal, "x")


def _cold(results: Results, goal: Goal) -> list[str]:
    if not results.has(COLD, "", KERAS):
        return []
    ours, theirs = (f"{results.spread(COLD, '', who).median:.2f} s" for who in (MINICNN, KERAS))
    ratio = results.ratio(COLD, "", MINICNN, KERAS)
    return _row("fresh process, load, one image", ours, f"{KERAS}: {theirs}", ratio, goal, "x")


def _seconds(results: Results, figure: str, title: str, goal: Goal) -> list[str]:
    if not results.has(figure, "", MINICNN):
        return []
    seconds = results.spread(figure, "", MINICNN)
    peers = [f"{KERAS}: {results.spread(figure, '', KERAS).median:.2f} s"] * results.has(
        figure, "", KERAS
    )
    return _row(title, f"{seconds.median:.2f} s", "".join(peers), seconds, goal, " s")
