"""The public names of the library: what ``import minicnn`` gives."""

from minicnn import cpu  # noqa: F401  # isort: skip  (before anything else loads NumPy)
from minicnn import (
    activations,
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    optimizers,
    regularizers,
    schedules,
)
from minicnn.checking import check_gradients, check_layer
from minicnn.compat.class_notes import load_model
from minicnn.compat.lending import lend as _lend
from minicnn.kernels.threads import get_threads, set_threads
from minicnn.labels import to_categorical
from minicnn.layers import Input
from minicnn.loading import model_from_json
from minicnn.model import Model
from minicnn.random import set_random_seed
from minicnn.sequential import Sequential
from minicnn.version import __version__

_lend()

__all__ = [
    "Input",
    "Model",
    "Sequential",
    "__version__",
    "activations",
    "callbacks",
    "check_gradients",
    "check_layer",
    "constraints",
    "get_threads",
    "initializers",
    "layers",
    "load_model",
    "losses",
    "metrics",
    "model_from_json",
    "optimizers",
    "regularizers",
    "schedules",
    "set_random_seed",
    "set_threads",
    "to_categorical",
]
