"""The state of a training: everything that the rest of it depends on.

Weights, moving statistics, the optimizer's slots and step count, the position in the epoch and its
metrics so far, the history, and the state of the callbacks. Random numbers need no state: they are
a function of their place (:mod:`minicnn.random`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.data.batches import number_of_batches
from minicnn.random import following_seed

__all__ = ["get_state", "set_state"]

State = dict[str, Any]


def get_state(training: Any) -> State:
    """Return the state of a :class:`~minicnn.training.loop.Training`.

    Its arrays are the ones in use, not copies.
    """
    optimizer = training.model.optimizer
    return {
        "seed": training.model.seed,
        "steps": number_of_batches(training.source),
        "epoch": training.epoch,
        "batch": training.batch,
        "stop_training": bool(training.model.stop_training),
        "figures": training.means.get_state(),  # the key is that of version 0.1
        "weights": _weights(training.model),
        "optimizer": {
            "iterations": optimizer.iterations,
            # A schedule gives it from the iterations.
            "learning_rate": None if optimizer.schedule else optimizer.learning_rate,
            "averages_swapped": optimizer.averages_swapped,
            "slots": optimizer.slots,
        },
        "callbacks": [[_name(c), c.get_state()] for c in _stateful(training)],
    }


def set_state(training: Any, state: State) -> None:
    """Continue from a state of an equal training.

    Raises
    ------
    ValueError
        If it belongs to another network, another optimizer, or other callbacks; then nothing is
        changed.
    """
    model, optimizer = training.model, training.model.optimizer
    _check_fits(training, state)
    training.epoch, training.batch = state["epoch"], state["batch"]
    model.seed = state["seed"]
    model.stop_training = state["stop_training"]
    training.means.set_state(state["figures"])
    for path, layer in model.graph.layers().items():
        for store in (layer.params, layer.state):
            store.update({name: state["weights"][path + name] for name in store})
    optimizer.iterations = state["optimizer"]["iterations"]
    if optimizer.schedule is None:
        optimizer.learning_rate = state["optimizer"]["learning_rate"]
    optimizer.averages_swapped = state["optimizer"]["averages_swapped"]
    optimizer.slots = state["optimizer"]["slots"]
    optimizer.owners = model.graph.owners()
    for callback, (_, own) in zip(_stateful(training), state["callbacks"], strict=True):
        callback.set_state(own)


def _check_fits(training: Any, state: State) -> None:
    optimizer = training.model.optimizer
    seed, steps = training.model.seed, number_of_batches(training.source)
    # A fit that begins again, in order to resume one that was interrupted, has a seed that follows.
    resumes = not training.model.seed_given or seed in (
        state["seed"],
        following_seed(state["seed"]),
    )
    for what, present, fits in (("seed", seed, resumes), ("steps", steps, state["steps"] == steps)):
        if not fits:
            raise ValueError(
                f"the checkpoint belongs to another training: {what} {state[what]}, expected "
                f"{present}."
            )
    _check_arrays("weights", _weights(training.model), state["weights"])
    slots = state["optimizer"]["slots"]
    fixed = state["optimizer"]["learning_rate"] is not None
    if slots.keys() != optimizer.slots.keys() or fixed != (optimizer.schedule is None):
        raise ValueError(
            f"the checkpoint belongs to another optimizer, with {', '.join(slots) or 'no slots'}, "
            f"expected {optimizer.name!r} with {', '.join(optimizer.slots) or 'none'}."
        )
    params = training.model.trainable_params()
    for slot, arrays in slots.items():
        _check_arrays(slot, params if arrays else {}, arrays)
    saved = [name for name, _ in state["callbacks"]]
    present = [_name(callback) for callback in _stateful(training)]
    if saved != present:
        raise ValueError(
            f"the checkpoint was made with the callbacks {', '.join(saved)}, "
            f"expected {', '.join(present)}."
        )


def _check_arrays(
    what: str, expected: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray]
) -> None:
    if expected.keys() != found.keys():
        lonely = ", ".join(sorted(expected.keys() ^ found.keys()))
        raise ValueError(
            f"the checkpoint belongs to another network: only one has {what} of {lonely}."
        )
    for name, array in expected.items():
        other = found[name]
        if array.shape != other.shape or array.dtype != other.dtype:
            raise ValueError(
                f"the checkpoint belongs to another network: {what} of {name} are {other.dtype} "
                f"{other.shape}, expected {array.dtype} {array.shape}."
            )


def _weights(model: Any) -> dict[str, np.ndarray]:
    return {
        path + name: array
        for path, layer in model.graph.layers().items()
        for name, array in (layer.params | layer.state).items()
    }


def _stateful(training: Any) -> list[Any]:
    return [callback for callback in training.callbacks.callbacks if callback.get_state()]


def _name(callback: Any) -> str:
    return type(callback).__name__
