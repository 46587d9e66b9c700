"""A callback twice, in Keras and here, on the same sequence of figures."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from hypothesis import strategies as st
from oracles import keras

import minicnn
from minicnn.layers import Dense, Input

__all__ = ["drive", "figures", "mended", "models"]

X = np.random.default_rng(0).random((8, 3), dtype=np.float32)
Y = np.eye(2, dtype=np.float32)[[0, 1] * 4]


def models(learning_rate: float = 0.5) -> tuple[Any, Any]:
    """A small network in both libraries, which has seen one batch: its metrics are known."""
    lib = keras()
    ours = minicnn.Sequential([Input((3,)), Dense(2, activation="softmax")], seed=0)
    theirs = lib.Sequential([lib.Input((3,)), lib.layers.Dense(2, activation="softmax")])
    for model, optimizers in ((ours, minicnn.optimizers), (theirs, lib.optimizers)):
        optimizer = optimizers.SGD(learning_rate)
        model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
        model.fit(X, Y, verbose=0)
    return ours, theirs


def mended(name: str) -> Any:
    """Keras's callback, in which a NaN in the first epoch does not stay the best for ever."""

    class Mended(getattr(keras().callbacks, name)):
        def _is_improvement(self, value: float, reference: float | None) -> bool:
            if reference is not None and np.isnan(reference):
                return not np.isnan(value)
            return super()._is_improvement(value, reference)

    return Mended


def drive(callback: Any, model: Any, epochs: list[dict[str, float]]) -> list[tuple]:
    """Tell a callback of epochs as a training would; return what it did after each.

    The model's weights tell the epoch's number. At the end stands what the training leaves.
    """
    callback.set_model(model)
    callback.set_params({"epochs": len(epochs), "steps": 1, "verbose": 0})
    model.stop_training = False
    done = []
    callback.on_train_begin()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing figure: both warn, in words of their own
        for epoch, logs in enumerate(epochs):
            callback.on_epoch_begin(epoch)
            model.set_weights([np.full_like(array, epoch) for array in model.get_weights()])
            seen = dict(logs)
            callback.on_epoch_end(epoch, seen)
            done.append((*_seen(seen), bool(model.stop_training), _rate(model), _watch(callback)))
            if model.stop_training:
                break
    callback.on_train_end({})
    return [*done, float(model.get_weights()[0].flat[0])]


def _rate(model: Any) -> float:
    return float(np.float32(model.optimizer.learning_rate))


def _seen(logs: dict[str, Any]) -> list[tuple[str, float]]:
    return [(name, repr(float(np.float32(value)))) for name, value in logs.items()]


def _watch(callback: Any) -> dict[str, Any]:
    names = ("wait", "stopped_epoch", "best_epoch", "cooldown_counter", "best")
    return {name: repr(getattr(callback, name)) for name in names if hasattr(callback, name)}


#: Ties, near ties (float32 cannot tell some of them apart), leaps, and what is no number.
NEAR = (0.5 + 1e-9, 0.5 - 1e-9, 0.5 + 1e-7, 0.5 - 1e-7)
values = st.sampled_from(
    [0.5, *NEAR, 0.49, 0.51, 0.3, 0.31, 1.0, 1e-4, 0.0, float("nan"), float("inf")]
)
epoch = st.fixed_dictionaries(
    {"loss": values, "accuracy": values}, optional={"val_loss": values, "val_accuracy": values}
)
#: The figures of a training's epochs.
figures = st.lists(epoch, min_size=1, max_size=12)
