"""What a model learns from, by output: its loss, targets and weights of samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from minicnn.data.batches import PerOutput, class_weights_to_sample_weights
from minicnn.learnable import Learnable
from minicnn.outputs import by_output
from minicnn.registry import described

__all__ = ["refuse_compilation", "targets_by_output", "weights_by_output", "weights_of_classes"]


def refuse_compilation(verb: str, model: Learnable) -> NoReturn:
    """Raise a ValueError: ``compile`` has not been called, or the loss was set to another one."""
    if model.optimizer is None or model.loss is None:
        raise ValueError(
            f"{verb}: {model.name!r} is not compiled; call compile(optimizer, loss) first."
        )
    raise ValueError(
        f"{verb}: model.loss was set to {described(model.loss)}, expected what compile makes for "
        f"{', '.join(model.target_names)}; call compile(optimizer, loss)."
    )


def targets_by_output(verb: str, model: Learnable, y: Any) -> list[Any]:
    """Return the targets of each output, in order; None for an output that has no loss.

    Outputs without a loss may be left out. As in Keras, if that leaves one output, its targets
    need no list.

    Raises
    ------
    ValueError
        If an output is missing or unknown.
    """
    names = model.target_names
    losses = [None] * len(names) if model.loss is None else model.loss.each()
    without = [name for name, loss in zip(names, losses, strict=True) if loss is None]
    if len(without) == len(names) - 1 and not isinstance(y, (list, tuple, Mapping)):
        y = [y]
    ys = by_output(f"{verb}: y", names, y, may_lack=without)
    for name, loss, given in zip(names, losses, ys, strict=True):
        if given is None and loss is not None:
            raise ValueError(f"{verb}: y of the output {name!r} is missing.")
    return ys


def weights_by_output(verb: str, model: Learnable, sample_weight: Any) -> list[Any]:
    """Return the weights of the samples for each output, in order; one array is for all.

    Raises
    ------
    ValueError
        If an output is missing or unknown, or one array for all has several numbers for a sample.
    """
    names = model.target_names
    if isinstance(sample_weight, (list, tuple, Mapping)) and _holds_arrays(sample_weight):
        return by_output(f"{verb}: sample_weight", names, sample_weight)
    shape = np.shape(sample_weight)
    if len(shape) > 1 and shape[1:] != (1,):
        raise ValueError(
            f"{verb}: one sample_weight for the outputs {', '.join(names)} must have shape (n,), "
            f"got {shape}; pass a list or dict with one array for each."
        )
    return [sample_weight] * len(names)


def _holds_arrays(given: Any) -> bool:
    """Whether a list or dict has one array, or None, for each output, and not one number."""
    every = given.values() if isinstance(given, Mapping) else given
    return all(one is None or np.ndim(one) > 0 for one in every)


def weights_of_classes(
    verb: str,
    model: Learnable,
    y: PerOutput,
    sample_weight: PerOutput,
    class_weight: Mapping[int, float],
) -> np.ndarray:
    """Return the weights of the samples, given those of the classes; for one output, as in Keras.

    Raises
    ------
    ValueError
        If the model has several outputs, or the weights do not fit the targets.
    """
    if isinstance(y, tuple):
        raise ValueError(
            f"{verb}: class_weight is for models with one output, and {model.name!r} has "
            f"{', '.join(model.target_names)}; pass sample_weight."
        )
    classes = model.outputs[0].sample_shape[-1]
    return class_weights_to_sample_weights(np.asarray(y), class_weight, sample_weight, classes)
