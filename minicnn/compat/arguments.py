"""Arguments that Keras no longer has, or advises against: ``lr=``, ``decay=``, ``input_shape=``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minicnn import schedules
from minicnn.callbacks import ModelCheckpoint, TensorBoard
from minicnn.compat.old_names import warn_renamed
from minicnn.compat.optimizer_variables import lend_variables
from minicnn.intervals import whole_number_in
from minicnn.layers import Layer, LeakyReLU, SeparableConv2D
from minicnn.layers.naming import Named
from minicnn.optimizers import Optimizer

__all__ = ["lend_arguments"]

_EMBEDDINGS = ("embeddings_layer_names", "embeddings_data")


def lend_arguments() -> None:
    """Let layers and optimizers take the arguments, and optimizers have the attribute ``lr``."""
    Layer.old_arguments = {
        "input_shape": _set_input_shape,
        "batch_input_shape": lambda layer, shape: _set_input_shape(layer, shape[1:]),
        "input_dim": lambda layer, size: _set_input_shape(layer, (size,)),
    }
    # Keras 2's took them for a kernel that it does not have, and did nothing with them.
    SeparableConv2D.old_arguments = Layer.old_arguments | {
        name: _ignored(f"SeparableConv2D: {name}", name)
        for name in ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
    }
    LeakyReLU.old_arguments = Layer.old_arguments | {"alpha": _set_slope}
    ModelCheckpoint.old_arguments = {"period": _set_period}
    TensorBoard.old_arguments = {
        "batch_size": lambda board, size: None,  # of the histograms
        **{name: _refused(name) for name in ("write_grads", *_EMBEDDINGS)},
    }
    Optimizer.old_arguments = {"lr": _set_rate, "decay": _set_decay}
    lend_variables()
    Named._name = Named.name  # type: ignore[attr-defined]  # which Keras 2's scripts set
    Optimizer.lr = property(_rate, _set_rate)  # type: ignore[attr-defined]


def _refused(name: str) -> Callable[[Any, Any], None]:
    def refuse(owner: Any, value: Any) -> None:
        if value:
            title = type(owner).__name__
            raise ValueError(f"{title}: {name}={value!r} is not supported; leave it out.")

    return refuse


def _set_input_shape(layer: Any, shape: Any) -> None:
    layer.given_input_shape = tuple(shape)


def _ignored(title: str, name: str) -> Callable[[Any, Any], None]:
    instead = f"{name.replace('kernel', 'depthwise')} or {name.replace('kernel', 'pointwise')}"

    def ignore(layer: Any, value: Any) -> None:
        if value is not None:
            warn_renamed(f"{title}, which changes nothing,", instead)

    return ignore


def _set_period(checkpoint: Any, period: int) -> None:
    checkpoint.period = whole_number_in("[1, inf)", period, "ModelCheckpoint: period")
    warn_renamed("ModelCheckpoint: period", "save_freq, a number of batches")


def _set_slope(layer: Any, alpha: float) -> None:
    warn_renamed("LeakyReLU: alpha", "negative_slope")
    layer.negative_slope = alpha


def _rate(optimizer: Any) -> float:
    warn_renamed("optimizer.lr", "optimizer.learning_rate")
    return optimizer.learning_rate


def _set_rate(optimizer: Any, rate: Any) -> None:
    warn_renamed("lr", "learning_rate")
    optimizer.learning_rate = rate


def _set_decay(optimizer: Any, decay: float) -> None:
    """Let the rate fall as in Keras 2: rate / (1 + decay * steps)."""
    if decay:
        warn_renamed("decay", "a schedule: InverseTimeDecay(rate, 1, decay)")
        optimizer.learning_rate = schedules.InverseTimeDecay(optimizer.learning_rate, 1, decay)
