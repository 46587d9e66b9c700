"""Losses with Keras 3's names.

loss = CategoricalCrossentropy()
value = loss(y_true, y_pred)                    # a float
value, cache = loss.forward(y_true, y_pred)     # the same, and what backward needs
dy = loss.backward(cache)                       # the derivative, in y_pred's dtype

categorical_crossentropy(y_true, y_pred)        # the loss of every row
"""

from __future__ import annotations

from typing import Any

from minicnn.losses.base import Loss
from minicnn.losses.binary_crossentropy import BinaryCrossentropy
from minicnn.losses.categorical_crossentropy import CategoricalCrossentropy
from minicnn.losses.categorical_focal_crossentropy import CategoricalFocalCrossentropy
from minicnn.losses.cosine_similarity import CosineSimilarity
from minicnn.losses.functions import (
    FUNCTIONS,
    binary_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    cosine_similarity,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_squared_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from minicnn.losses.hinge import CategoricalHinge, Hinge, SquaredHinge
from minicnn.losses.huber import Huber
from minicnn.losses.kl_divergence import KLDivergence
from minicnn.losses.log_cosh import LogCosh
from minicnn.losses.mean_absolute_error import MeanAbsoluteError
from minicnn.losses.mean_squared_error import MeanSquaredError
from minicnn.losses.poisson import Poisson
from minicnn.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy
from minicnn.registry import resolve

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "binary_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_squared_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

_TABLE: dict[str, type] = {cls.__name__: cls for cls in FUNCTIONS.values()}
# Keras takes these names too, in small and in capital letters.
_TABLE |= {
    "bce": BinaryCrossentropy,
    "kld": KLDivergence,
    "mae": MeanAbsoluteError,
    "mse": MeanSquaredError,
}


def get(identifier: Any) -> Loss:
    """Return the loss that an instance, a class, a name, a function or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are. If it is a function that is not
        one of this module.
    """
    if hasattr(identifier, "__name__") and not isinstance(identifier, Loss | type):
        if identifier not in FUNCTIONS:
            raise ValueError(
                f"loss: the function {identifier.__name__!r} has no "
                "derivative that is known here; write a Loss with forward and backward."
            )
        identifier = FUNCTIONS[identifier]
    return resolve("loss", identifier, _TABLE, Loss)
