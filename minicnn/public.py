"""The public names of the library: what ``import minicnn`` gives."""

from minicnn import cpu  # noqa: F401  # isort: skip  (before anything else loads NumPy)
from minicnn import (
    callbacks,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from minicnn.checking import check_gradients
from minicnn.labels import to_categorical
from minicnn.loading import load_model
from minicnn.model import Model
from minicnn.random import set_random_seed
from minicnn.sequential import Sequential
from minicnn.version import __version__

__all__ = [
    "Model",
    "Sequential",
    "__version__",
    "callbacks",
    "check_gradients",
    "initializers",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "schedules",
    "set_random_seed",
    "to_categorical",
]
