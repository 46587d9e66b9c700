"""``fit`` with augmentation: batches made and trained on, as in an epoch of the documented run."""

from __future__ import annotations

from benchmarks import figures
from benchmarks.contenders import ENTRANTS, KERAS_LAYERS, KERAS_MAP, MINICNN, UNCHANGED
from benchmarks.page import Page, Table, between
from benchmarks.results import Results
from benchmarks.session import Session

__all__ = ["AUGMENTATION", "AUGMENTATION_PEERS", "IMAGES", "measure", "page"]

AUGMENTATION = "fit with augmentation"
AUGMENTATION_PEERS = (KERAS_LAYERS, KERAS_MAP)
BATCH, BATCHES = 32, 8
#: In each turn.
IMAGES = BATCH * BATCHES


def measure(session: Session) -> None:
    """Have everybody fit, and minicnn once more on the images as they are."""
    names, rounds = session.present(MINICNN, UNCHANGED, *AUGMENTATION_PEERS), session.effort.rounds
    session.race(AUGMENTATION, IMAGES, names, "fit", rounds=rounds, batch=BATCH, batches=BATCHES)


def page(results: Results) -> Page:
    """Show images per second, and how many times as many we train as each of the others."""
    rows, bars = [], []
    for name in results.entrants(AUGMENTATION):
        turn = results.spread(AUGMENTATION, IMAGES, name)
        rate, low, high = IMAGES / turn.median, IMAGES / turn.high, IMAGES / turn.low
        ours = results.ratio(AUGMENTATION, IMAGES, name, MINICNN)
        ratio = [f"{ours.median:.2f}", between(ours.low, ours.high)]
        rows.append([name, f"{rate:.1f}", between(low, high, "{:.1f}"), *ratio])
        bars.append(figures.Bar(name, rate, low, high, ENTRANTS[name].colour))
    caption = f"fit on {IMAGES} images in batches of {BATCH}, {turn.rounds} rounds"
    head = ["", "images/s", "quartiles", "minicnn is x times as fast", "quartiles"]
    text = (
        "Grey images of 48 x 48 bytes are shuffled, scaled, changed by chance and trained on, all "
        "within `fit`: turned by up to 15 degrees, moved, sheared and zoomed by up to 10 %, "
        "mirrored, the edge repeated. minicnn and the map of `tf.data` do so in one affine "
        "transform; Keras's layers are RandomRotation, RandomTranslation, RandomZoom and "
        "RandomFlip, without shear. The clock runs from the end of the second batch."
    )
    figure = figures.bars(
        bars,
        title=f"fit with augmentation, batches of {BATCH}",
        label="images per second (median and quartiles)",
    )
    alt = "Bars of images per second in fit with augmentation for each library"
    return Page("Training with augmentation", text, [Table(caption, head, rows)], figure, alt)
