"""The models that come with the package: networks that minicnn has trained on FER2013.

Beside each file, a model card of the same name says what the network was trained on, how accurate
it is, and what it must not be used for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from minicnn.loading import load_model
from minicnn.model import Model
from minicnn.version import __version__

__all__ = [
    "DEFAULT",
    "PRETRAINED",
    "PRETRAINED_FILES",
    "load_pretrained",
    "advice_on_names",
    "file_digest",
    "model_file",
    "pretrained_name",
    "which_pretrained",
]

_HERE = Path(__file__).parent
#: Their files, by the names in :data:`~minicnn.fer.models.networks.NETWORKS`: ``.keras`` files
#: with kernels in half precision; real Keras opens them, too.
PRETRAINED_FILES = {
    "documented": _HERE / "fer_network.keras",
    "compact": _HERE / "compact_network.keras",
}
#: The one that is taken where none is named.
DEFAULT = "compact"
#: How options and configurations may name the default one.
PRETRAINED = "pretrained"


def load_pretrained(name: str = DEFAULT) -> Model:
    """Return a network that has been trained on FER2013.

    It takes float32 images (n, 48, 48, 1) with values in [0, 1] and gives the probabilities of
    :data:`~minicnn.fer.datasets.emotions.EMOTIONS`, shape (n, 7). To train it further, compile it.

    Parameters
    ----------
    name : str
        One of :data:`PRETRAINED_FILES`: "documented" is
        :func:`~minicnn.fer.models.network.fer_network`, "compact"
        :func:`~minicnn.fer.models.compact_network.compact_network`.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> from minicnn.fer import load_pretrained, predict_emotion
    >>> print(predict_emotion(load_pretrained(), "photo.jpg"))  # doctest: +SKIP
    happy (93.4%)
    """
    if name not in tuple(PRETRAINED_FILES):
        known = ", ".join(PRETRAINED_FILES)
        raise ValueError(f"load_pretrained: {name!r} is unknown, expected one of {known}.")
    return load_model(PRETRAINED_FILES[name])


def which_pretrained(text: str | Path) -> str | None:
    """Return the name of the network that an option or a configuration means, or None.

    None means that it is a path. A name always means the network, even if there is a file of that
    name in the working directory: ``./documented`` is the file.
    """
    name = DEFAULT if text == PRETRAINED else text
    return name if isinstance(name, str) and name in PRETRAINED_FILES else None


def model_file(text: str | Path) -> Path:
    """Return the file that an option or a configuration means, by a name or a path."""
    name = which_pretrained(text)
    return Path(text) if name is None else PRETRAINED_FILES[name]


def advice_on_names(path: str | Path) -> str:
    """Return a sentence with the names, for the error about a missing file that looks like one."""
    if Path(path).name != str(path) or Path(path).suffix:
        return ""
    return f" The included networks are called {', '.join([PRETRAINED, *PRETRAINED_FILES])}."


def file_digest(name: str) -> str:
    """Return the first 12 digits of a file's SHA-256."""
    return hashlib.sha256(PRETRAINED_FILES[name].read_bytes()).hexdigest()[:12]


def pretrained_name(name: str = DEFAULT) -> str:
    """Return how reports call a network: with the version, and the digest of its file."""
    return f"pretrained {name} network of minicnn {__version__} ({file_digest(name)})"
