"""Losses with Keras 3's names.

loss = CategoricalCrossentropy()
value = loss(y_true, y_pred)                    # a float
value, cache = loss.forward(y_true, y_pred)     # the same, and what backward needs
dy = loss.backward(cache)                       # the derivative, in y_pred's dtype

categorical_crossentropy(y_true, y_pred)        # the loss of every row
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minicnn.intervals import number_in
from minicnn.losses.base import UNREDUCED, Loss
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
from minicnn.losses.of_outputs import LossOfOutputs
from minicnn.losses.poisson import Poisson
from minicnn.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy
from minicnn.outputs import by_output, is_written, naming
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
    "for_compile",
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


def for_compile(loss: Any, loss_weights: Any, outputs: Sequence[str]) -> Loss | None:
    """Return the loss that ``compile(loss=..., loss_weights=...)`` asks for.

    Parameters
    ----------
    loss : str, Loss, function, None; or a list, tuple or dict by output of these
        One by itself is that of every output.
    loss_weights : float, None; or a list, tuple or dict by output of these
    outputs : sequence of str
        Names of the outputs.

    Returns
    -------
    Loss or None
        The loss itself if there is one output, and no weight.

    Raises
    ------
    ValueError
        If a loss or an output is unknown, no output has a loss, a loss is not reduced to one
        number, or a weight is not a number.
    """
    if loss is None:
        return None
    if isinstance(loss, LossOfOutputs):  # the `loss` of a model
        loss_weights = loss.loss_weights if loss_weights is None else loss_weights
        loss = loss.losses
    given = [loss] * len(outputs)
    if isinstance(loss, list | tuple | Mapping) and not is_written(loss):
        given = by_output("compile: loss", outputs, loss)
    several = len(outputs) > 1
    losses = [
        None if one is None else naming(name, get, one) if several else get(one)
        for name, one in zip(outputs, given, strict=True)
    ]
    for one in losses:
        if one is not None and getattr(one, "reduction", "") in UNREDUCED:
            raise ValueError(
                f"compile: {type(one).__name__} has reduction={one.reduction!r}, which gives a "
                "value for each sample; a training needs one number, such as that of 'sum'."
            )
    if not any(losses):
        raise ValueError(f"compile: loss is None for every output of {', '.join(outputs)}.")
    factors = [loss_weights] * len(outputs)
    if isinstance(loss_weights, list | tuple | Mapping):
        factors = by_output("compile: loss_weights", outputs, loss_weights)
    weights = [
        None
        if factor is None
        else number_in("(-inf, inf)", factor, f"compile: the loss weight of the output {name!r}")
        for name, factor in zip(outputs, factors, strict=True)
    ]
    if len(losses) == 1 and weights == [None]:
        return losses[0]
    return LossOfOutputs(losses, weights, outputs)
