"""The model that comes with the package: the documented network, trained on FER2013 by minicnn.

``fer_network.md`` in this folder says what it was trained on, how accurate it is, and what it
must not be used for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from minicnn.loading import load_model
from minicnn.model import Model
from minicnn.version import __version__

__all__ = ["PRETRAINED", "PRETRAINED_FILE", "load_pretrained", "pretrained_name"]

#: How options name it.
PRETRAINED = "pretrained"
#: A ``.keras`` file with kernels in half precision; real Keras opens it, too.
PRETRAINED_FILE = Path(__file__).parent / "fer_network.keras"


def load_pretrained() -> Model:
    """Return the network of :func:`~minicnn.fer.models.network.fer_network`, trained on FER2013.

    It takes float32 images (n, 48, 48, 1) with values in [0, 1] and gives the probabilities of
    :data:`~minicnn.fer.datasets.emotions.EMOTIONS`, shape (n, 7). To train it further, compile it.

    Examples
    --------
    >>> from minicnn.fer import load_pretrained, predict_emotion
    >>> print(predict_emotion(load_pretrained(), "photo.jpg"))  # doctest: +SKIP
    happy (93.4%)
    """
    return load_model(PRETRAINED_FILE)


def pretrained_name() -> str:
    """Return its name in reports: version, and the first 12 digits of the file's SHA-256."""
    digest = hashlib.sha256(PRETRAINED_FILE.read_bytes()).hexdigest()
    return f"pretrained model of minicnn {__version__} ({digest[:12]})"
