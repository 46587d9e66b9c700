"""From what people hand to a model to batches: checks, held-out data, weights of classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.data.arrays import as_floats, as_numbers, split_validation
from minicnn.data.batches import ArrayBatches, BatchSource, class_weights_to_sample_weights
from minicnn.learning import Learner

__all__ = ["batch_source", "checked_inputs", "training_sources"]


def checked_inputs(verb: str, model: Learner, x: Any) -> np.ndarray:
    """Return `x` in the model's dtype and of its input shape; the first data builds a model.

    Raises
    ------
    ValueError
        If `x` holds integers, NaN or infinity, or its shape does not fit; or if the model is empty.
    """
    if not model.layers:
        raise ValueError(f"{verb}: {model.name!r} has no layers; add some first.")
    x = as_floats(verb, x, model.dtype)
    if not model.built:
        model.build((None, *x.shape[1:]))
    if x.shape[1:] != model.input_shape:
        expected = ", ".join(str(size) for size in model.input_shape)
        raise ValueError(f"{verb}: expected x of shape (n, {expected}), got {x.shape}.")
    return x


def batch_source(
    verb: str,
    model: Learner,
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
        infinity.
    """
    if isinstance(x, BatchSource):
        if y is not None or sample_weight is not None:
            raise ValueError(f"{verb}: a batch source brings its own y and sample_weight.")
        if len(x) == 0:
            raise ValueError(f"{verb}: the batch source has no batches.")
        return x
    if y is None:
        raise ValueError(f"{verb}: y is missing.")
    batches = ArrayBatches(
        checked_inputs(verb, model, x),
        as_numbers(f"{verb}: y", y),
        None if sample_weight is None else as_numbers(f"{verb}: sample_weight", sample_weight),
        batch_size=32 if batch_size is None else batch_size,
        shuffle=shuffle,
        seed=model.seed,
    )
    if model.loss is not None:
        # Now, and with the numbers of the samples; in training it would be those in a batch.
        shape = (len(batches.x), *model.output_shape)
        model.loss.check_targets(batches.y, shape)
        for metric in model.metrics:
            metric.check_targets(batches.y, shape)
    return batches


def training_sources(
    model: Learner,
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
