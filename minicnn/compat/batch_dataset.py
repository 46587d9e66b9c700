"""Batches that can be gone through in every epoch, with the methods of a ``tf.data.Dataset``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from minicnn.random import check_seed, generator, next_seed

__all__ = ["BatchDataset"]


class BatchDataset:
    """Batches that can be gone through again and again.

    Parameters
    ----------
    batches : callable
        Returns an iterator over the batches of an epoch.
    count : int
        Number of batches.
    """

    def __init__(self, batches: Callable[[], Iterator[Any]], count: int) -> None:
        self._batches, self._count = batches, count

    def __iter__(self) -> Iterator[Any]:
        return self._batches()

    def __len__(self) -> int:
        return self._count

    def cardinality(self) -> int:
        """Return the number of batches."""
        return self._count

    def map(self, map_func: Callable[..., Any], **ignored: Any) -> BatchDataset:
        """Return the batches after a function of their parts: ``map(lambda x, y: (f(x), y))``."""

        def mapped() -> Iterator[Any]:
            for batch in self:
                yield map_func(*batch) if isinstance(batch, tuple) else map_func(batch)

        return self._like(mapped, self._count)

    def take(self, count: int) -> BatchDataset:
        """Return the first batches."""
        return self._like(lambda: itertools.islice(self, count), min(count, self._count))

    def skip(self, count: int) -> BatchDataset:
        """Return the batches after the first ones."""
        return self._like(lambda: itertools.islice(self, count, None), max(self._count - count, 0))

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

    def _like(self, batches: Callable[[], Iterator[Any]], count: int) -> BatchDataset:
        dataset = BatchDataset(batches, count)
        for name in ("class_names", "file_paths"):
            if hasattr(self, name):
                setattr(dataset, name, getattr(self, name))
        return dataset
