"""Batches that can be gone through in every epoch, with the methods of a ``tf.data.Dataset``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minicnn.random import check_seed, generator, next_seed

__all__ = ["BatchArray", "BatchDataset"]

#: TensorFlow's numbers of batches that cannot be counted.
INFINITE, UNKNOWN = -1, -2


class BatchArray(np.ndarray):
    """An array of a batch, which scripts may ask for its numbers: ``images[0].numpy()``."""

    def numpy(self) -> np.ndarray:
        """Return it as a plain array."""
        return np.array(self)


def _with_numpy(batch: Any) -> Any:
    if isinstance(batch, tuple):
        return tuple(map(_with_numpy, batch))
    return batch.view(BatchArray) if type(batch) is np.ndarray else batch


class BatchDataset:
    """Batches that can be gone through again and again.

    Parameters
    ----------
    batches : callable
        Returns an iterator over the batches of an epoch.
    count : int
        Number of batches, INFINITE or UNKNOWN.
    """

    def __init__(self, batches: Callable[[], Iterator[Any]], count: int) -> None:
        self._batches, self._count = batches, count

    def __iter__(self) -> Iterator[Any]:
        return map(_with_numpy, self._batches())

    def __len__(self) -> int:
        if self._count < 0:
            raise TypeError("the dataset's length is unknown; it may have no end.")
        return self._count

    def cardinality(self) -> int:
        """Return the number of batches, -1 if they never end, or -2 if nobody has counted them."""
        return self._count

    def map(self, map_func: Callable[..., Any], **ignored: Any) -> BatchDataset:
        """Return the batches after a function of their parts: ``map(lambda x, y: (f(x), y))``."""

        def mapped() -> Iterator[Any]:
            for batch in self:
                yield map_func(*batch) if isinstance(batch, tuple) else map_func(batch)

        return self._like(mapped, self._count)

    def take(self, count: int) -> BatchDataset:
        """Return the first batches."""
        return self._like(
            lambda: itertools.islice(self, count),
            count if self._count < 0 else min(count, self._count),
        )

    def skip(self, count: int) -> BatchDataset:
        """Return the batches after the first ones."""
        return self._like(
            lambda: itertools.islice(self, count, None),
            self._count if self._count < 0 else max(self._count - count, 0),
        )

    def cache(self, *ignored: Any) -> BatchDataset:
        """Return the batches of the first epoch, kept in memory."""
        kept: list[Any] = []

        def cached() -> Iterator[Any]:
            if not kept:
                kept.extend(self)
            return iter(kept)

        return self._like(cached, self._count)

    def shuffle(self, buffer_size: int, seed: int | None = None, **ignored: Any) -> BatchDataset:
        """Return the batches in a new order in every epoch."""
        epochs, seed = itertools.count(), next_seed() if seed is None else check_seed(seed)

        def shuffled() -> Iterator[Any]:
            batches = list(self)
            for which in generator(seed, "shuffle", next(epochs)).permutation(len(batches)):
                yield batches[which]

        return self._like(shuffled, self._count)

    def prefetch(self, *ignored: Any, **also: Any) -> BatchDataset:
        """Return the same batches: ``fit`` reads ahead by itself."""
        return self

    def repeat(self, count: int | None = None) -> BatchDataset:
        """Return the batches of several epochs, or of endlessly many.

        Give ``fit`` its steps_per_epoch then.
        """
        endless = count is None or count < 0

        def repeated() -> Iterator[Any]:
            epochs = itertools.repeat(self) if endless else itertools.repeat(self, count or 0)
            return itertools.chain.from_iterable(epochs)

        return self._like(repeated, INFINITE if endless else self._count * (count or 0))

    def unbatch(self) -> BatchDataset:
        """Return the samples one by one."""

        def samples() -> Iterator[Any]:
            for batch in self:
                yield from zip(*batch, strict=True) if isinstance(batch, tuple) else batch

        return self._like(samples, UNKNOWN)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Return an iterator over the batches, which are arrays."""
        return self._batches()

    def _like(self, batches: Callable[[], Iterator[Any]], count: int) -> BatchDataset:
        dataset = BatchDataset(batches, count)
        for name in ("class_names", "file_paths"):
            if hasattr(self, name):
                setattr(dataset, name, getattr(self, name))
        return dataset
