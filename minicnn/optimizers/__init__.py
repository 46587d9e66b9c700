"""Optimizers with Keras 3's names: ``step(params, grads)`` changes the parameters in place.

optimizer = Adam(learning_rate=schedules.CosineDecay(1e-3, decay_steps=1000))
optimizer.step(layer.params, layer.grads)
"""

from __future__ import annotations

from typing import Any

from minicnn import schedules
from minicnn.optimizers.adadelta import Adadelta
from minicnn.optimizers.adagrad import Adagrad
from minicnn.optimizers.adam import Adam, AdamW
from minicnn.optimizers.adamax import Adamax
from minicnn.optimizers.base import Optimizer
from minicnn.optimizers.nadam import Nadam
from minicnn.optimizers.rmsprop import RMSprop
from minicnn.optimizers.sgd import SGD
from minicnn.registry import resolve

_TABLE: dict[str, type] = {
    cls.__name__: cls for cls in (Adadelta, Adagrad, Adam, AdamW, Adamax, Nadam, RMSprop, SGD)
}

__all__ = [*_TABLE, "Optimizer", "get", "schedules"]

# Names count in any case, as in Keras: "adam", "SGD", "RMSProp".
_NAMES = {name.lower(): cls for name, cls in _TABLE.items()}


def get(identifier: Any) -> Optimizer:
    """Return the optimizer that an instance, a class, a name or a Keras config stands for.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    if isinstance(identifier, str):
        identifier = _NAMES.get(identifier.lower(), identifier)
    return resolve("optimizer", identifier, _TABLE | _NAMES, Optimizer)
