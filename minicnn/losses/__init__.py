"""Losses with Keras 3's names.

loss = CategoricalCrossentropy()
value = loss(y_true, y_pred)                    # a float
value, cache = loss.forward(y_true, y_pred)     # the same, and what backward needs
dy = loss.backward(cache)                       # the derivative, in y_pred's dtype
"""

from __future__ import annotations

from typing import Any

from minicnn.losses.base import Loss
from minicnn.losses.categorical_crossentropy import (
    CategoricalCrossentropy,
    categorical_crossentropy,
    categorical_crossentropy_backward,
)
from minicnn.losses.mean_squared_error import (
    MeanSquaredError,
    mean_squared_error,
    mean_squared_error_backward,
)
from minicnn.losses.sparse_categorical_crossentropy import (
    SparseCategoricalCrossentropy,
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_backward,
)
from minicnn.registry import resolve

__all__ = [
    "CategoricalCrossentropy",
    "Loss",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "categorical_crossentropy",
    "categorical_crossentropy_backward",
    "get",
    "mean_squared_error",
    "mean_squared_error_backward",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_backward",
]

_TABLE: dict[str, type] = {
    "CategoricalCrossentropy": CategoricalCrossentropy,
    "MeanSquaredError": MeanSquaredError,
    "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy,
    "mse": MeanSquaredError,
}


def get(identifier: Any) -> Loss:
    """Return the loss that an instance, a class, a name or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    return resolve("loss", identifier, _TABLE, Loss)
