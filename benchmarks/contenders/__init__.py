"""Who runs: a file for each library, with a class ``Contender`` of the same methods.

``train(batch, size, steps, warmup)``
    Seconds of each of `steps` training steps (forward, loss, backward, Adam) on `batch` images
    of `size` x `size` pixels, after `warmup` steps without a clock.
``fit(batch, batches, steps, warmup)``
    Seconds of so many batches within ``fit``, its first two left out, in each of `steps` calls;
    the variant says how the images are augmented. Not PyTorch, which has no ``fit``.
``predict(batch, size, steps, warmup)``
    The same for a call that goes from a NumPy array of images to one of probabilities.
``classify(images)``
    Probabilities of that many images of :func:`workload.images`: to see that all compute the
    same, and what a fresh process does first.
``layers(batch, steps)``
    For each layer its name and the seconds of every forward and backward pass by itself.
``kernel(row, version, images, steps, warmup)``
    Seconds of one of minicnn's kernels, or of its reference. Not the peers.
``sgemm(n, steps, warmup)``
    Seconds of products of two float32 matrices of n x n.
``versions()``
    What it runs on, by name.

A contender gets the folder that :mod:`benchmarks.network` has written, so that all have the same
weights and a peer's process never imports minicnn.
"""

from __future__ import annotations

import importlib.util
from typing import NamedTuple

__all__ = [
    "COMPILED",
    "ENTRANTS",
    "IM2COL",
    "KERAS",
    "KERAS_FIT",
    "KERAS_LAYERS",
    "KERAS_MAP",
    "MINICNN",
    "PYTORCH",
    "UNCHANGED",
    "Entrant",
    "installed",
]


class Entrant(NamedTuple):
    """A library, used in one of the ways that its documentation recommends."""

    contender: str  # the module in this folder
    variant: str
    needs: str  # the package to look for
    colour: str
    optional: bool = False  # left out with a sentence where it does not start


MINICNN, IM2COL = "minicnn", "minicnn, im2col only"
KERAS, KERAS_FIT = "Keras", "Keras, fit on tf.data"
PYTORCH, COMPILED = "PyTorch", "PyTorch, torch.compile"
#: Only for ``fit``: on images as they are; with Keras's augmentation layers, and a tf.data map.
UNCHANGED = "minicnn, no augmentation"
KERAS_LAYERS, KERAS_MAP = "Keras, its layers", "Keras, tf.data map"

ENTRANTS = {
    MINICNN: Entrant("ours", "auto", "minicnn", "#c1440e"),
    IM2COL: Entrant("ours", "im2col", "minicnn", "#e8a27c"),
    KERAS: Entrant("keras_tensorflow", "train_on_batch", "tensorflow", "#2a6f97"),
    KERAS_FIT: Entrant("keras_tensorflow", "fit", "tensorflow", "#89c2d9"),
    PYTORCH: Entrant("pytorch", "eager", "torch", "#4a7c2c"),
    COMPILED: Entrant("pytorch", "compile", "torch", "#a7c957", optional=True),
    UNCHANGED: Entrant("ours", "unchanged", "minicnn", "#e8a27c"),
    KERAS_LAYERS: Entrant("keras_tensorflow", "layers", "tensorflow", "#2a6f97"),
    KERAS_MAP: Entrant("keras_tensorflow", "map", "tensorflow", "#89c2d9"),
}


def installed(*names: str) -> list[str]:
    """Return those of the entrants (all if none is named) whose library is installed."""
    return [n for n in names or ENTRANTS if importlib.util.find_spec(ENTRANTS[n].needs)]
