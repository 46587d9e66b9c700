"""Curves: how time goes with the size of the batch, the threads, and the size of the image."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import figures
from benchmarks.contenders import COMPILED, KERAS, MINICNN, PYTORCH
from benchmarks.page import Page, Table, between, three_digits
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["IMAGE_SIZE_BATCH", "PREDICTION", "PREDICTION_PEERS", "thread_counts"]

PREDICTION = "prediction"
PREDICTION_PEERS = (KERAS, PYTORCH)
#: Where torch.compile predicts, too: it compiles anew for every size of a batch.
COMPILED_BATCHES = (1, 32, 256)
BY_BATCH = "training by batch size"
TRAINING_BY_THREADS, PREDICTION_BY_THREADS = "training by threads", "prediction by threads"
BY_SIZE = "training by image size"
IMAGE_SIZE_BATCH, THREADS_BATCH = 8, 32


def _all(session: Session) -> list[str]:
    return session.present(MINICNN, KERAS, PYTORCH)


def measure_prediction(session: Session) -> None:
    """From a NumPy array of images to one of probabilities, for all sizes of batches."""
    for batch in session.effort.prediction_batches:
        names = _all(session)
        if batch in COMPILED_BATCHES:
            names += session.present(COMPILED)
        rounds = session.effort.rounds if batch in (1, 32, 256) else session.effort.sweep_rounds
        session.race(PREDICTION, batch, names, "predict", rounds=rounds, batch=batch, size=48)


def prediction_page(results: Results) -> Page:
    """Show ms per image."""
    return _page(
        results,
        "Prediction",
        "Time for one image of a batch, from a NumPy array of images to one of probabilities.",
        {PREDICTION: ("Prediction by size of the batch", lambda s, x: 1e3 * s / int(x))},
        axis="images in a batch",
        value="ms per image",
    )


def measure_batch(session: Session) -> None:
    """Train with batches of all sizes."""
    for batch in session.effort.training_batches:
        # PyTorch refuses to train batch normalisation on a single image.
        names = [name for name in _all(session) if batch > 1 or name != PYTORCH]
        rounds = session.effort.sweep_rounds
        session.race(BY_BATCH, batch, names, "train", rounds=rounds, batch=batch, size=48)


def batch_page(results: Results) -> Page:
    """Show ms per image."""
    return _page(
        results,
        "Training by size of the batch",
        "Time for one image of a batch. Adam's pass over 6.3 million parameters costs the same for "
        "every size of the batch; in a small one, few images share it. PyTorch refuses to train "
        "batch normalisation on a single image.",
        {BY_BATCH: ("Training by size of the batch", lambda s, x: 1e3 * s / int(x))},
        axis="images in a batch",
        value="ms per image",
    )


def thread_counts(available: int) -> list[int]:
    """Return 1, 2, 4, ... and all."""
    counts = [1]
    while counts[-1] * 2 < available:
        counts.append(counts[-1] * 2)
    return counts if available == 1 else [*counts, available]


def measure_threads(session: Session) -> None:
    """Train and predict on 1, 2, 4, ... and all CPUs; each number has workers of its own."""
    rounds, how = session.effort.sweep_rounds, {"batch": THREADS_BATCH, "size": 48}
    for threads in thread_counts(session.threads):
        names = _all(session)
        for figure, verb in ((TRAINING_BY_THREADS, "train"), (PREDICTION_BY_THREADS, "predict")):
            session.race(figure, threads, names, verb, rounds=rounds, threads=threads, **how)
        if threads != session.threads:
            session.team.close(threads)


def threads_page(results: Results) -> Page:
    """Show images per second."""
    return _page(
        results,
        "Threads",
        f"Images per second by the number of CPUs that each library may use, batches of "
        f"{THREADS_BATCH}.",
        {
            TRAINING_BY_THREADS: ("Training by threads", lambda s, x: THREADS_BATCH / s),
            PREDICTION_BY_THREADS: ("Prediction by threads", lambda s, x: THREADS_BATCH / s),
        },
        axis="threads",
        value="images/s",
    )


def measure_size(session: Session) -> None:
    """Train the same layers on smaller and larger images."""
    rounds, batch = session.effort.sweep_rounds, IMAGE_SIZE_BATCH
    for size in session.effort.sizes:
        session.race(BY_SIZE, size, _all(session), "train", rounds=rounds, batch=batch, size=size)


def size_page(results: Results) -> Page:
    """Show ms per image."""
    return _page(
        results,
        "Training by size of the image",
        f"The documented network's layers on square images, batches of {IMAGE_SIZE_BATCH}: the "
        "work of the convolutions grows with the number of pixels, and so do the weights of the "
        "first dense layer (4,608 x 512 at 48 pixels, 73,728 x 512 at 192).",
        {BY_SIZE: ("Training by size of the image", lambda s, x: 1e3 * s / IMAGE_SIZE_BATCH)},
        axis="pixels along a side of the image",
        value="ms per image",
    )


def _page(
    results: Results,
    title: str,
    text: str,
    panels: dict[str, tuple[str, Callable[[float, str], float]]],
    *,
    axis: str,
    value: str,
) -> Page:
    """Make a table and a panel for each figure.

    Parameters
    ----------
    panels : dict
        For the name of a figure a caption, and what makes `value` of seconds and x.
    axis, value : str
        What x and the values are.
    """
    tables, drawn = [], []
    for name, (caption, convert) in panels.items():
        entrants = results.entrants(name)
        rows = []
        for x in results.xs(name):
            cells = [
                three_digits(convert(results.spread(name, x, who).median, x))
                if results.has(name, x, who)
                else ""
                for who in entrants
            ]
            rows.append([x, *cells, *_against_peers(results, name, x)])
        head = [axis, *(f"{who}, {value}" for who in entrants)]
        tables.append(Table(caption, [*head, "our time / faster peer's", "quartiles"], rows))
        curves = [_curve(results, name, who, convert) for who in entrants]
        drawn.append(figures.Panel(caption, curves))
    picture = figures.curves(drawn, axis=axis, value=value, logarithmic=value.startswith("ms"))
    return Page(title, text, tables, picture, f"Curves of {value} over {axis} for each library")


def _curve(
    results: Results, figure: str, who: str, convert: Callable[[float, str], float]
) -> figures.Curve:
    """Convert the seconds of an entrant, with the quartiles, at all x where it was measured."""
    xs = [x for x in results.xs(figure) if results.has(figure, x, who)]
    spreads = [results.spread(figure, x, who) for x in xs]
    median, low, high = (
        [convert(part, x) for part, x in zip(parts, xs, strict=True)]
        for parts in list(zip(*spreads, strict=True))[:3]
    )
    return figures.Curve(who, [int(x) for x in xs], median, low, high)


def _against_peers(results: Results, figure: str, x: str) -> list[str]:
    peer = results.smallest(figure, x, PREDICTION_PEERS)
    if peer is None:
        return ["", ""]
    ratio = results.ratio(figure, x, MINICNN, peer)
    return [f"{ratio.median:.2f}", between(ratio.low, ratio.high)]
