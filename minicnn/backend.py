"""The few functions of ``keras.backend`` that have a meaning here."""

from minicnn.compat.backend import *  # noqa: F403
from minicnn.compat.backend import __all__ as __all__
