"""The functions of ``keras.backend`` that have a meaning here: settings, and some on arrays."""

from minicnn.compat.backend import *  # noqa: F403
from minicnn.compat.backend import __all__ as __all__
from minicnn.compat.lending import find


def __getattr__(name: str) -> object:
    return find(__name__, name)
