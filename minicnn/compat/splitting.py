"""``split_dataset``: arrays, or a data set of batches, in two parts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from minicnn.compat.batch_dataset import BatchDataset

__all__ = ["SampleDataset", "split_dataset"]


class SampleDataset(BatchDataset):
    """Single samples that can be gone through again and again; `batch` makes batches of them."""

    def batch(self, batch_size: int, drop_remainder: bool = False) -> BatchDataset:
        """Return batches of so many samples; the last one may be smaller, or is left out."""
        count = len(self) // batch_size if drop_remainder else -(-len(self) // batch_size)

        def batches() -> Iterator[Any]:
            samples = iter(self)
            for number in range(count):
                size = min(batch_size, len(self) - number * batch_size)
                yield _stacked([next(samples) for _ in range(size)])

        return BatchDataset(batches, count)

    def _like(self, batches: Callable[[], Iterator[Any]], count: int) -> SampleDataset:
        return SampleDataset(batches, count)


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
) -> tuple[BatchDataset, BatchDataset]:
    """Split arrays or batches in two parts, left and right.

    Parameters
    ----------
    dataset : array, list, tuple or dict of arrays, or BatchDataset
        Arrays have a sample in each row.
    left_size, right_size : int or float, optional
        Number of samples, or their share, between 0 and 1. If only one is given, the other is the
        rest.
    shuffle : bool
        Whether to draw the order first, the same as Keras for the same seed.
    seed : int, optional

    Returns
    -------
    left, right : SampleDataset, or BatchDataset with batches of the size of the first
        Samples of arrays are (x, y) if there are several; ``left.batch(32)`` makes batches.

    Raises
    ------
    TypeError
        If `dataset` or a size is something else.
    ValueError
        If sizes are missing or do not fit, or the arrays have different lengths.
    """
    samples, batch_size = _samples(dataset)
    left, right = _sizes(left_size, right_size, len(samples))
    order = list(range(len(samples)))
    if shuffle:
        random.Random(random.randint(0, 10**6) if seed is None else seed).shuffle(order)
    parts = [order[:left], order[len(order) - right :]]
    split = [SampleDataset(_picking(samples, part), len(part)) for part in parts]
    if batch_size is not None:
        return split[0].batch(batch_size), split[1].batch(batch_size)
    return split[0], split[1]


def _samples(dataset: Any) -> tuple[list[Any], int | None]:
    """Return the samples, and the size of the batches if they were in batches."""
    if isinstance(dataset, SampleDataset):
        return list(dataset), None
    if isinstance(dataset, BatchDataset):
        batches = [_rows(batch) for batch in dataset]
        return [sample for batch in batches for sample in batch], len(batches[0]) if batches else 1
    if isinstance(dataset, np.ndarray | list | tuple | Mapping):
        return _rows(dataset), None
    raise TypeError(
        f"split_dataset: expected arrays or a data set of utils, got {type(dataset).__name__}."
    )


def _rows(arrays: Any) -> list[Any]:
    """Return the rows of an array, or tuples or dicts of the rows of several."""
    if isinstance(arrays, Mapping):
        rows = _rows(tuple(arrays.values()))
        return [dict(zip(arrays, row, strict=True)) for row in rows]
    if isinstance(arrays, list | tuple) and arrays and np.ndim(arrays[0]):
        lengths = {len(array) for array in arrays}
        if len(lengths) > 1:
            raise ValueError(f"split_dataset: the arrays have different lengths: {lengths}.")
        return list(zip(*map(np.asarray, arrays), strict=True))
    return list(np.asarray(arrays))


def _sizes(left: float | None, right: float | None, total: int) -> tuple[int, int]:
    if left is None and right is None:
        raise ValueError("split_dataset: left_size or right_size must be given.")
    counts: list[int | None] = []
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            counts.append(None)
            continue
        if isinstance(size, bool) or not isinstance(size, int | float):
            raise TypeError(f"split_dataset: {name} must be a number, got {type(size).__name__}.")
        if not 0 < size < (total if isinstance(size, int) else 1):
            raise ValueError(
                f"split_dataset: {name} must be a number of samples below {total} or a share "
                f"between 0 and 1, got {size}."
            )
        count = size if isinstance(size, int) else round(size * total)
        if not 0 < count < total:
            raise ValueError(
                f"split_dataset: {name}={size} of {total} samples leaves no sample on one side."
            )
        counts.append(count)
    first, second = counts
    if first is None:
        assert second is not None
        first = total - second
    elif second is None:
        second = total - first
    if first + second > total:
        raise ValueError(
            f"split_dataset: left_size and right_size take {first} + {second} samples of {total}."
        )
    return first, second


def _picking(samples: list[Any], part: list[int]) -> Callable[[], Iterator[Any]]:
    return lambda: (samples[which] for which in part)


def _stacked(samples: list[Any]) -> Any:
    first = samples[0]
    if isinstance(first, dict):
        return {name: np.stack([sample[name] for sample in samples]) for name in first}
    if isinstance(first, tuple):
        return tuple(np.stack(part) for part in zip(*samples, strict=True))
    return np.stack(samples)
