"""Optimizers with Keras 3's names: ``step(params, grads)`` changes the parameters in place.

optimizer = Adam(learning_rate=schedules.CosineDecay(1e-3, decay_steps=1000))
optimizer.step(layer.params, layer.grads)
"""

from __future__ import annotations

from typing import Any

from minicnn import schedules
from minicnn.optimizers.adam import Adam, AdamW
from minicnn.optimizers.base import Optimizer
from minicnn.optimizers.rmsprop import RMSprop
from minicnn.optimizers.sgd import SGD
from minicnn.registry import resolve

__all__ = ["Adam", "AdamW", "Optimizer", "RMSprop", "SGD", "get", "schedules"]

_TABLE: dict[str, type] = {
    "Adam": Adam,
    "AdamW": AdamW,
    "RMSprop": RMSprop,
    "SGD": SGD,
    # Keras takes these spellings too.
    "adamw": AdamW,
    "rmsprop": RMSprop,
}


def get(identifier: Any) -> Optimizer:
    """Return the optimizer that an instance, a class, a name or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    return resolve("optimizer", identifier, _TABLE, Optimizer)
