"""What ``fit`` trains on and what it validates on: held-out data, weights of classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minicnn.data.batches import BatchSource, Inputs, PerOutput, number_of_samples, take
from minicnn.data.iterables import is_iterable
from minicnn.feeding import Arrays, checked_arrays
from minicnn.intervals import number_in
from minicnn.learnable import Learnable
from minicnn.sources import array_source, batch_source, checked_steps
from minicnn.targets import weights_of_classes

__all__ = ["split_validation", "training_sources"]


def training_sources(
    model: Learnable,
    x: Any,
    y: Any,
    *,
    sample_weight: Any,
    class_weight: Mapping[int, float] | None,
    validation_split: float,
    validation_data: Any,
    batch_size: int | None,
    shuffle: bool,
    steps_per_epoch: float | None,
    validation_steps: float | None,
    validation_batch_size: int | None,
) -> tuple[BatchSource, BatchSource | None]:
    """Return what ``fit`` trains on and what it validates on; see there for the parameters.

    Weights of classes are for the training alone, as in Keras.
    """
    steps = checked_steps("fit: steps_per_epoch", steps_per_epoch)
    if isinstance(x, BatchSource) or is_iterable(x):
        if validation_split or (class_weight is not None and isinstance(x, BatchSource)):
            raise ValueError(
                "fit: class_weight and validation_split need arrays; batches weight their own "
                "samples, and validation_data takes the others."
            )
        source = batch_source(
            "fit",
            model,
            x,
            y,
            sample_weight,
            shuffle=shuffle,
            steps=steps,
            class_weight=class_weight,
            anew=False,
        )
    else:
        arrays = checked_arrays("fit", model, x, y, sample_weight)
        share = validation_split if validation_data is None else 0.0
        arrays, held_out = split_validation(*arrays, share)
        if class_weight is not None:
            arrays = (*arrays[:2], weights_of_classes("fit", model, *arrays[1:], class_weight))
        source = array_source(model, arrays, batch_size, shuffle=shuffle, steps=steps, anew=False)
        validation_data = held_out if validation_data is None else validation_data
    if validation_data is None:
        return source, None
    parts = validation_data if isinstance(validation_data, (tuple, list)) else (validation_data,)
    if len(parts) > 3:
        raise ValueError(
            f"validation_data: expected (x, y) or (x, y, sample_weight), got {len(parts)} parts."
        )
    validation = batch_source(
        "validation_data",
        model,
        *parts,
        batch_size=validation_batch_size or batch_size,
        steps=checked_steps("fit: validation_steps", validation_steps),
    )
    return source, validation


def split_validation(
    x: Inputs, y: PerOutput, sample_weight: PerOutput, share: float
) -> tuple[Arrays, Arrays | None]:
    """Cut the last `share` of the samples off, as Keras's ``validation_split`` does.

    Returns
    -------
    train, held_out : tuple of (x, y, sample_weight)
        `held_out` is None if `share` is 0.

    Raises
    ------
    ValueError
        If `share` is not in [0, 1) or leaves one of the parts empty.
    """
    share = number_in("[0, 1)", share, "validation_split")
    arrays, n = (x, y, sample_weight), number_of_samples(x)
    if share == 0:
        return arrays, None
    cut = int(n * (1 - share))
    if not 0 < cut < n:
        raise ValueError(
            f"validation_split of {share} leaves no samples on one side of {n} samples."
        )
    return take(arrays, slice(cut)), take(arrays, slice(cut, None))
