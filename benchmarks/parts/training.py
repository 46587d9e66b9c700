"""A training step: forward, loss, backward, Adam on 32 images."""

from __future__ import annotations

from benchmarks import figures
from benchmarks.contenders import COMPILED, ENTRANTS, IM2COL, KERAS, KERAS_FIT, MINICNN, PYTORCH
from benchmarks.counts import training_flops
from benchmarks.page import Page, Table, between, milliseconds
from benchmarks.parts import roofline
from benchmarks.results import Results
from benchmarks.session import Session
from minicnn.fer.models.network import fer_network

__all__ = ["BATCH", "PEERS", "TRAINING", "bound", "measure", "page"]

TRAINING, BATCH = "training", 32
#: Among whom the faster peer is looked for. torch.compile is shown beside them: its first step
#: costs a minute, and it needs a compiler on the user's machine.
PEERS = (KERAS, KERAS_FIT, PYTORCH)


def measure(session: Session) -> None:
    """Have everybody train."""
    names = session.present(MINICNN, IM2COL, KERAS, KERAS_FIT, PYTORCH, COMPILED)
    rounds = session.effort.rounds
    session.race(TRAINING, BATCH, names, "train", rounds=rounds, batch=BATCH, size=48)


def bound(results: Results) -> float:
    """Return the images per second at which the convolution sum alone takes the sgemm peak."""
    return roofline.peak(results) / training_flops(fer_network().layers)


def page(results: Results) -> Page:
    """Show images per second, and how many times as many we train as each of the others."""
    flops, limit = training_flops(fer_network().layers), bound(results)
    rows = []
    for name in results.entrants(TRAINING):
        step = results.spread(TRAINING, BATCH, name)
        rate = BATCH / step.median
        ours = results.ratio(TRAINING, BATCH, name, MINICNN)
        rows.append(
            [
                name,
                f"{rate:.1f}",
                between(BATCH / step.high, BATCH / step.low, "{:.1f}"),
                milliseconds(step.median),
                f"{rate * flops / 1e9:.0f}",
                f"{rate / limit:.0%}",
                f"{ours.median:.2f}",
                between(ours.low, ours.high),
            ]
        )
    head = ["", "images/s", "quartiles", "ms per step", "GFLOP/s", "of sgemm peak"]
    table = Table(
        f"A training step on {BATCH} images, {step.rounds} rounds",
        [*head, "minicnn is x times as fast", "quartiles"],
        rows,
    )
    text = (
        f"An image costs {flops / 1e9:.2f} GFLOP, counted as the convolution sum stands, so no "
        f"program that computes that sum directly can train more than {limit:.0f} images/s on this "
        "machine: its sgemm peak. Ratios are taken round by round."
    )
    bars = figures.bars(
        [
            figures.Bar(
                name, BATCH / s.median, BATCH / s.high, BATCH / s.low, ENTRANTS[name].colour
            )
            for name in results.entrants(TRAINING)
            for s in [results.spread(TRAINING, BATCH, name)]
        ],
        title=f"Training the documented network, batches of {BATCH}",
        label="images per second (median and quartiles)",
        mark=(limit, "bound of direct convolution"),
    )
    alt = "Bars of training images per second for each library"
    return Page("Training step", text, [table], bars, alt)
