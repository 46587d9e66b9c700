"""From what people hand to a model to batches: checks, held-out data, weights of classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minicnn.data.arrays import as_floats, as_numbers, split_validation
from minicnn.data.batches import (
    ArrayBatches,
    Batch,
    BatchSource,
    class_weights_to_sample_weights,
)

if TYPE_CHECKING:
    from minicnn.model import Model

__all__ = [
    "batch_inputs",
    "batch_source",
    "checked_inputs",
    "inputs_in_order",
    "one_batch",
    "training_sources",
]


def checked_inputs(verb: str, model: Model, x: Any) -> list[np.ndarray]:
    """Return the inputs in the model's dtype and of its shapes; the first data builds a model.

    Returns
    -------
    list of ndarray
        One for each input of the model.

    Raises
    ------
    ValueError
        If `x` holds integers, NaN or infinity, or its shape does not fit; or if the model is empty.
    """
    if not model.layers:
        raise ValueError(f"{verb}: {model.name!r} has no layers; add some first.")
    if not model.built:
        x = as_floats(verb, x, model.dtype)
        model.build((None, *x.shape[1:]))
    arrays = [as_floats(verb, one, model.dtype) for one in inputs_in_order(verb, model, x)]
    for array, tensor in zip(arrays, model.inputs, strict=True):
        if array.shape[1:] != tensor.sample_shape:
            expected = ", ".join(str(size) for size in tensor.sample_shape)
            name = "x" if len(arrays) == 1 else f"the input {tensor.call.layer.name!r}"
            raise ValueError(
                f"{verb}: expected {name} of shape (n, {expected}), got {array.shape}."
            )
    if len({len(array) for array in arrays}) > 1:
        counts = ", ".join(str(len(array)) for array in arrays)
        raise ValueError(f"{verb}: the inputs have {counts} samples; they must be as many.")
    return arrays


def inputs_in_order(where: str, model: Model, x: Any) -> list[Any]:
    """Return what a model is given as a list: one array, several in order, or a dict by name.

    Raises
    ------
    ValueError
        If their number or names are wrong.
    """
    names = [tensor.call.layer.name for tensor in model.inputs]
    if isinstance(x, Mapping):
        if set(x) != set(names):
            raise ValueError(
                f"{where}: {model.name!r} has the inputs {', '.join(names)}, got {', '.join(x)}."
            )
        return [x[name] for name in names]
    if len(names) == 1:
        alone = isinstance(x, (list, tuple)) and len(x) == 1 and isinstance(x[0], np.ndarray)
        return [x[0] if alone and x[0].ndim == len(model.inputs[0].shape) else x]
    if not isinstance(x, (list, tuple)) or len(x) != len(names):
        got = len(x) if isinstance(x, (list, tuple)) else 1
        raise ValueError(
            f"{where}: {model.name!r} has {len(names)} inputs ({', '.join(names)}), got {got}."
        )
    return list(x)


def batch_inputs(model: Model, batch: Batch) -> list[np.ndarray]:
    """Return a batch's inputs after a look at them: a batch source can yield anything.

    Raises
    ------
    ValueError
        If it is no batch, or of another dtype.
    """
    if not isinstance(batch, Batch):
        raise ValueError(f"a batch source must yield a Batch, got {type(batch).__name__}.")
    xs = list(batch.x) if isinstance(batch.x, tuple) else [batch.x]
    for x in xs:
        if x.dtype != model.dtype:
            raise ValueError(
                f"a batch source must yield x in the model's {model.dtype}, got {x.dtype}."
            )
    return xs


def batch_source(
    verb: str,
    model: Model,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    shuffle: bool = False,
) -> BatchSource:
    """Return batches of arrays after a look at every sample, or the batch source that is given.

    Raises
    ------
    ValueError
        If the arrays do not fit each other, the model, its loss or a metric, or hold NaN or
        infinity; or if the model has several outputs.
    """
    if len(getattr(model, "outputs", ())) > 1:
        names = ", ".join(tensor.call.layer.name for tensor in model.outputs)
        raise ValueError(
            f"{verb}: {model.name!r} has {len(model.outputs)} outputs ({names}); a loss takes one. "
            "Train a Model with one of them; predict gives all."
        )
    if isinstance(x, BatchSource):
        if y is not None or sample_weight is not None:
            raise ValueError(f"{verb}: a batch source brings its own y and sample_weight.")
        if len(x) == 0:
            raise ValueError(f"{verb}: the batch source has no batches.")
        model.require_built(verb)
        return x
    if y is None:
        raise ValueError(f"{verb}: y is missing.")
    xs = checked_inputs(verb, model, x)
    batches = ArrayBatches(
        xs[0] if len(xs) == 1 else tuple(xs),
        as_numbers(f"{verb}: y", y),
        None if sample_weight is None else as_numbers(f"{verb}: sample_weight", sample_weight),
        batch_size=32 if batch_size is None else batch_size,
        shuffle=shuffle,
        seed=model.seed,
    )
    if model.loss is not None:
        # Now, and with the numbers of the samples; in training it would be those in a batch.
        shape = (len(batches.y), *model.output_shape)
        model.loss.check_targets(batches.y, shape)
        for metric in model.metrics:
            metric.check_targets(batches.y, shape)
    return batches


def one_batch(
    verb: str,
    model: Model,
    x: Any,
    y: Any,
    sample_weight: Any,
    class_weight: Mapping[int, float] | None = None,
) -> Batch:
    """Return arrays as a single batch after a look at every sample; see :func:`batch_source`."""
    model.require_compiled(verb)
    if class_weight is not None and y is not None:
        sample_weight = class_weights_to_sample_weights(y, class_weight, sample_weight)
    n = max(1, len(np.atleast_1d(y)))
    (batch,) = batch_source(verb, model, x, y, sample_weight, batch_size=n).batches(0)
    return batch


def training_sources(
    model: Model,
    x: Any,
    y: Any,
    *,
    sample_weight: Any,
    class_weight: Mapping[int, float] | None,
    validation_split: float,
    validation_data: Any,
    batch_size: int | None,
    shuffle: bool,
) -> tuple[BatchSource, BatchSource | None]:
    """Return what ``fit`` trains on and what it validates on; see there for the parameters.

    Weights of classes are for the training alone, as in Keras.
    """
    source = batch_source("fit", model, x, y, sample_weight, batch_size=batch_size, shuffle=shuffle)
    if not isinstance(x, BatchSource):
        assert isinstance(source, ArrayBatches)
        share = validation_split if validation_data is None else 0.0
        (x, y, sample_weight), held_out = split_validation(
            source.x, source.y, source.sample_weight, share
        )
        if class_weight is not None:
            sample_weight = class_weights_to_sample_weights(y, class_weight, sample_weight)
        size = source.batch_size
        source = ArrayBatches(
            x, y, sample_weight, batch_size=size, shuffle=shuffle, seed=model.seed
        )
        validation_data = held_out if validation_data is None else validation_data
    elif class_weight is not None or validation_split:
        raise ValueError(
            "fit: class_weight and validation_split need arrays; a batch source weighs its own "
            "samples, and validation_data takes the others."
        )
    if validation_data is None:
        return source, None
    parts = validation_data if isinstance(validation_data, (tuple, list)) else (validation_data,)
    if len(parts) > 3:
        raise ValueError(
            f"validation_data: expected (x, y) or (x, y, sample_weight), got {len(parts)} parts."
        )
    return source, batch_source("validation_data", model, *parts, batch_size=batch_size)
