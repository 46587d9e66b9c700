"""The functions of ``keras.backend`` that have a meaning here: settings, and some on arrays."""

from minicnn.compat.backend import *  # noqa: F403
from minicnn.compat.backend import __all__ as _of_backend
from minicnn.compat.functions import *  # noqa: F403
from minicnn.compat.functions import __all__ as _of_functions
from minicnn.compat.lending import find

__all__ = [*_of_backend, *_of_functions]


def __getattr__(name: str) -> object:
    return find(__name__, name)
