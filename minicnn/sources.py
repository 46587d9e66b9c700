"""What ``fit``, ``evaluate`` and ``predict`` take as data, as sources of batches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minicnn.data.batches import ArrayBatches, Batch, BatchSource, number_of_batches
from minicnn.data.iterables import IterableBatches, first_item, is_iterable, limited
from minicnn.feeding import Arrays, checked_arrays, checked_inputs, one_batch
from minicnn.intervals import number_in
from minicnn.learnable import Learnable

__all__ = ["array_source", "batch_source", "checked_steps", "item_inputs"]


def batch_source(
    verb: str,
    model: Learnable,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    batch_size: int | None = None,
    shuffle: bool = False,
    steps: int | None = None,
    class_weight: Mapping[int, float] | None = None,
    anew: bool = True,
) -> BatchSource:
    """Return batches of arrays after checking every sample, of an iterable, or of a batch source.

    Parameters
    ----------
    steps : int, optional
        Number of batches in an epoch.
    class_weight : mapping of int to float, optional
        Weights of the classes, for the batches of an iterable.
    anew : bool
        Whether an epoch of `steps` batches begins with the first one, as a validation does;
        otherwise it goes on where the last one ended.

    Raises
    ------
    ValueError
        As :func:`checked_arrays`.
    """
    if isinstance(x, BatchSource) or is_iterable(x):
        if y is not None or sample_weight is not None:
            raise ValueError(f"{verb}: batches bring their own y and sample_weight; pass x alone.")
        if number_of_batches(x) == 0:
            raise ValueError(f"{verb}: x holds no batches.")
    if isinstance(x, BatchSource):
        model.require_built(verb)
        return limited(x, steps, anew=anew)
    if is_iterable(x):
        return _iterable_source(verb, model, x, steps, shuffle, class_weight, anew)
    arrays = checked_arrays(verb, model, x, y, sample_weight)
    return array_source(model, arrays, batch_size, shuffle=shuffle, steps=steps, anew=anew)


def array_source(
    model: Learnable,
    arrays: Arrays,
    batch_size: int | None,
    *,
    shuffle: bool,
    steps: int | None,
    anew: bool,
) -> BatchSource:
    """Return batches of arrays that have been checked; see :func:`batch_source`."""
    batches = ArrayBatches(
        *arrays,
        batch_size=32 if batch_size is None else batch_size,
        shuffle=shuffle,
        seed=lambda: model.seed,  # a checkpoint may bring another one
    )
    return limited(batches, steps, anew=anew)


def _iterable_source(
    verb: str,
    model: Learnable,
    x: Any,
    steps: int | None,
    shuffle: bool,
    class_weight: Mapping[int, float] | None,
    anew: bool,
) -> IterableBatches:
    if not model.built:
        first, x = first_item(x)
        if first is None:
            raise ValueError(f"{verb}: x holds no batches.")
        checked_inputs(verb, model, item_inputs(first))

    def convert(item: Any, samples: int) -> Batch:
        parts = item if isinstance(item, (tuple, list)) else (item,)
        if not 2 <= len(parts) <= 3:
            raise ValueError(
                f"{verb}: a batch must be (x, y) or (x, y, sample_weight), got {len(parts)} parts."
            )
        x, y, sample_weight = (*parts, None)[:3]
        try:
            batch = one_batch(verb, model, x, y, sample_weight, class_weight)
        except ValueError as error:
            if not samples:
                raise
            where = f"in the batch after {samples} samples"
            raise ValueError(f"{str(error).rstrip('.')}, {where}.") from error
        return batch._replace(indices=samples + np.arange(batch.samples))

    return IterableBatches(
        x, convert, steps=steps, shuffle=shuffle, seed=lambda: model.seed, anew=anew
    )


def item_inputs(item: Any) -> Any:
    """Return the inputs of one item of an iterable: x alone, (x, y) or (x, y, sample_weight)."""
    return item[0] if isinstance(item, (tuple, list)) else item


def checked_steps(what: str, steps: Any) -> int | None:
    """Return a number of batches, or None; scripts write ``len(x) / batch_size``, which is a float.

    Raises
    ------
    ValueError
        If it is not a number above 0.
    """
    return None if steps is None else math.ceil(number_in("(0, inf)", steps, what))
