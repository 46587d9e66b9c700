"""Losses with Keras 3's names: call one for the mean, ask it for ``backward``.

loss = CategoricalCrossentropy()
value = loss(y_true, y_pred)      # a float
dy = loss.backward()              # of the last call, in y_pred's dtype
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
