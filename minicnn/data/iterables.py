"""Batches from other people's iterables: generators, data loaders, sequences of batches."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from minicnn.data.batches import Batch, BatchSource
from minicnn.data.read_ahead import read_ahead
from minicnn.random import generator

__all__ = ["IterableBatches", "first_item", "is_iterable", "limited"]


def is_iterable(x: Any) -> bool:
    """Whether `x` yields batches; arrays, and lists and dicts of them, hold samples instead."""
    if x is None or isinstance(x, (list, tuple, Mapping, str, bytes)) or hasattr(x, "__array__"):
        return False
    return _is_sequence(x) or hasattr(x, "__iter__") or hasattr(x, "__next__")


def _is_sequence(x: Any) -> bool:
    return hasattr(x, "__len__") and hasattr(x, "__getitem__")


def _starts_anew(x: Any) -> bool:
    """Whether each iteration of `x` starts anew; an iterator is gone through once."""
    return _is_sequence(x) or not hasattr(x, "__next__")


def first_item(source: Any) -> tuple[Any, Any]:
    """Return the first item of a source, and a source that still has it."""
    if _is_sequence(source):
        return source[0], source
    iterator = iter(source)
    first = next(iterator, None)
    return first, source if iterator is not source else _WithFirst(first, source)


def limited(source: BatchSource, steps: int | None, *, anew: bool = False) -> BatchSource:
    """Return a source with epochs of so many batches, each of which goes on where the last ended.

    The source itself is returned if no number is given.
    """
    if steps is None:
        return source
    return IterableBatches(_Passes(source), lambda batch, _: batch, steps=steps, anew=anew)


class _Passes:
    """A batch source as an iterable, whose iterations are its epochs."""

    def __init__(self, source: BatchSource) -> None:
        self._source, self._epochs = source, itertools.count()

    def __iter__(self) -> Iterator[Batch]:
        return self._source.batches(next(self._epochs))


class _WithFirst:
    """An iterator whose first item has been seen."""

    def __init__(self, first: Any, rest: Iterator[Any]) -> None:
        self._seen, self._rest = [first], rest

    def __iter__(self) -> _WithFirst:
        return self

    def __next__(self) -> Any:
        return self._seen.pop() if self._seen else next(self._rest)


class IterableBatches:
    """Batches of an iterable, read ahead in a thread.

    Parameters
    ----------
    source : iterable
        A sequence of batches (with ``len()`` and ``[number]``, such as Keras's PyDataset), an
        iterable that starts anew for each epoch, or an iterator, which is gone through once.
    convert : callable
        Makes a :class:`Batch` of an item and the number of samples before it.
    steps : int, optional
        Number of batches in an epoch. The next epoch goes on where this one ends; a source that
        can start anew does so whenever it has ended. If not given, an epoch is one pass.
    shuffle : bool
        Whether to take the batches of a sequence in a new order in every epoch.
    seed : callable
        Returns what names the orders, at the beginning of every epoch.
    anew : bool
        Whether every epoch begins with the source's first batch, as a validation does.
    """

    def __init__(
        self,
        source: Any,
        convert: Callable[[Any, int], Batch],
        *,
        steps: int | None = None,
        shuffle: bool = False,
        seed: Callable[[], int] = lambda: 0,
        anew: bool = False,
    ) -> None:
        self._source, self._convert, self._steps = source, convert, steps
        self._shuffle, self._seed, self._anew = shuffle, seed, anew
        self._pass: Iterator[Any] | None = None

    def __len__(self) -> int:
        """Return the number of batches in an epoch; a TypeError says that it is not known."""
        return len(self._source) if self._steps is None else self._steps

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        samples = 0
        for item in self.items(epoch):
            batch = self._convert(item, samples)
            samples += batch.samples
            yield batch

    def items(self, epoch: int) -> Iterator[Any]:
        """Yield the items of an epoch as they come from the source."""
        yield from read_ahead(self._items(epoch))
        if hasattr(self._source, "on_epoch_end"):
            self._source.on_epoch_end()

    def _items(self, epoch: int) -> Iterator[Any]:
        if self._steps is None:
            yield from self._new_pass(epoch)
            return
        if self._anew and _starts_anew(self._source):
            self._pass = None
        for number in range(self._steps):
            if self._pass is None:
                self._pass = self._new_pass(epoch)
            item = next(self._pass, None)
            if item is None and _starts_anew(self._source):  # round and round
                self._pass = self._new_pass(epoch)
                item = next(self._pass, None)
            if item is None:
                self._pass = None
                warnings.warn(
                    f"the data ended after {number} of {self._steps} batches of epoch {epoch + 1}.",
                    stacklevel=2,
                )
                return
            yield item

    def _new_pass(self, epoch: int) -> Iterator[Any]:
        if not _is_sequence(self._source):
            return iter(self._source)
        order = np.arange(len(self._source))
        if self._shuffle:
            order = generator(self._seed(), "shuffle", epoch).permutation(order)
        return (self._source[int(number)] for number in order)
