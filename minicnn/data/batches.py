"""Batches: how arrays reach the training loop.

A batch source is any object with ``len(source)``, the number of batches in an epoch, and
``source.batches(epoch)``, which yields them. What it yields may depend on the epoch's number
and on nothing else, so that a resumed run sees the same batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from minicnn.intervals import number_in
from minicnn.random import generator

__all__ = [
    "ArrayBatches",
    "Batch",
    "BatchSource",
    "Inputs",
    "PerOutput",
    "class_weights_to_sample_weights",
    "number_of_batches",
    "number_of_samples",
    "take",
]


#: What a model is given: an array, or one for each of its inputs.
Inputs = np.ndarray | tuple[np.ndarray, ...]
#: Targets, or weights of samples: an array; for several outputs a tuple with an array, or None,
#: for each.
PerOutput = Any


class Batch(NamedTuple):
    """Some samples, side by side.

    Attributes
    ----------
    x : ndarray, shape (n, ...), or a tuple of these
        Inputs; several of them for a model with several inputs.
    y : ndarray, shape (n, ...), or a tuple of these
        Targets; several of them for a model with several outputs, None for an output without.
    sample_weight : ndarray of shape (n,), a tuple with one for each output, or None
        Factor for each sample's loss.
    indices : ndarray of int, shape (n,), or None
        Global number of each sample: its place in the data set. Random layers draw by it.
    """

    x: Inputs
    y: PerOutput
    sample_weight: PerOutput = None
    indices: np.ndarray | None = None

    @property
    def samples(self) -> int:
        """How many there are."""
        return number_of_samples(self.x)


@runtime_checkable
class BatchSource(Protocol):
    """What ``fit`` and ``evaluate`` take in place of arrays."""

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""


def number_of_batches(source: BatchSource) -> int | None:
    """Return the number of batches in an epoch, or None if the source does not know it."""
    try:
        return len(source)
    except TypeError:
        return None


class ArrayBatches:
    """Batches of arrays, in a new order every epoch if asked for.

    Parameters
    ----------
    x : ndarray, or tuple of ndarray
        Inputs.
    y : ndarray, or tuple of ndarray
        Targets, one for each sample; several of them for several outputs.
    sample_weight : ndarray, shape (n,), or tuple of these, optional
        Factor for each sample's loss.
    batch_size : int
        Samples in a batch; the last one of an epoch may hold fewer.
    shuffle : bool
        Whether to permute the samples, differently in every epoch.
    seed : int or callable
        Names the permutations: epoch e of seed s is the same wherever it is drawn. A callable is
        asked for the seed at the beginning of every epoch.

    Raises
    ------
    ValueError
        If the lengths differ, there is no sample, or `batch_size` is not a positive integer.
    """

    def __init__(
        self,
        x: Inputs,
        y: PerOutput,
        sample_weight: PerOutput = None,
        *,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int | Callable[[], int] = 0,
    ) -> None:
        n, *others = _lengths(y)
        for length in _lengths(x):
            if length != n:
                raise ValueError(
                    f"x has {length} samples and y has {n}; the numbers must be equal."
                )
        if any(length != n for length in others):
            raise ValueError(f"y has {n}, {others} samples; the numbers must be equal.")
        for length in _lengths(sample_weight):
            if length != n:
                raise ValueError(
                    f"sample_weight has {length} values for {n} samples; the numbers must be equal."
                )
        if n == 0:
            raise ValueError("x holds no samples.")
        if isinstance(batch_size, bool) or not hasattr(batch_size, "__index__") or batch_size < 1:
            raise ValueError(f"batch_size must be a positive integer, got {batch_size!r}.")
        self.x, self.y, self.sample_weight, self._samples = x, y, sample_weight, n
        self.batch_size, self.shuffle, self._seed = int(batch_size), shuffle, seed

    @property
    def seed(self) -> int:
        """What names the permutations at present."""
        return self._seed() if callable(self._seed) else self._seed

    def __len__(self) -> int:
        return -(-self._samples // self.batch_size)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        n = self._samples
        order = np.arange(n)
        if self.shuffle:
            order = generator(self.seed, "shuffle", epoch).permutation(n)
        for start in range(0, n, self.batch_size):
            indices = order[start : start + self.batch_size]
            x, y, weight = take((self.x, self.y, self.sample_weight), indices)
            yield Batch(x, y, weight, indices)


def number_of_samples(x: Inputs) -> int:
    """Return how many samples the inputs hold."""
    return len(x[0] if isinstance(x, tuple) else x)


def take(arrays: Any, which: np.ndarray | slice) -> Any:
    """Return some samples of an array or of a tuple of them; None stays None."""
    if isinstance(arrays, tuple):
        return tuple(take(one, which) for one in arrays)
    return None if arrays is None else arrays[which]


def _lengths(arrays: Any) -> list[int]:
    every = arrays if isinstance(arrays, tuple) else (arrays,)
    return [len(one) for one in every if one is not None]


def class_weights_to_sample_weights(
    y: np.ndarray,
    class_weight: Mapping[int, float],
    sample_weight: Any = None,
    classes: int | None = None,
) -> np.ndarray:
    """Give every sample the weight of its class.

    Parameters
    ----------
    y : ndarray, shape (n,), (n, 1) or (n, classes)
        Labels, or a distribution over the classes for each sample, whose largest counts.
    class_weight : mapping of int to float
        Weight of each class, by index; classes that are not named have weight 1.
    sample_weight : array_like, optional
        Must be None: Keras allows only one of the two, too.
    classes : int, optional
        How many there are; by default, as many as `y` has columns or labels.

    Raises
    ------
    ValueError
        If both kinds of weights are given, a key is not the index of a class, a weight is negative
        or no number, or `y` does not hold one class for each sample.
    """
    if sample_weight is not None:
        raise ValueError("class_weight and sample_weight cannot be used at the same time.")
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            "class_weight must be a mapping from class to weight, as in {0: 1.0, 1: 2.5} or "
            f"dict(enumerate(weights)), got {type(class_weight).__name__}."
        )
    labels = _labels(np.asarray(y))
    if classes is None or classes < 2:
        classes = max(2, np.shape(y)[-1] if np.ndim(y) == 2 else 0, int(labels.max(initial=0)) + 1)
    weights = np.ones(len(labels), np.float32)
    for label, weight in class_weight.items():
        if not isinstance(label, Real) or label not in range(classes):
            raise ValueError(
                f"class_weight: {label!r} is not the index of a class, a whole number from 0 to "
                f"{classes - 1}."
            )
        what = f"class_weight: the weight of class {label!r}"
        weights[labels == label] = number_in("[0, inf)", weight, what)
    return weights


def _labels(y: np.ndarray) -> np.ndarray:
    """Return the class of each sample."""
    if y.ndim > 2:
        raise ValueError(
            f"class_weight needs one target for each sample, got y of shape {y.shape}."
        )
    if y.ndim == 2 and y.shape[1] > 1:
        # Sums of single-precision numbers: smoothed and mixed targets differ a little from 1.
        if (y < 0).any() or not np.allclose(y.sum(axis=1, dtype=np.float64), 1, atol=1e-3):
            raise ValueError(
                "class_weight needs one class for each sample: rows of y that are 0 or more and "
                "sum to 1."
            )
        return y.argmax(axis=1)
    labels = y.reshape(len(y))
    if (labels != np.floor(labels)).any() or (labels < 0).any():
        raise ValueError(
            "class_weight needs the class of each sample: whole numbers from 0 in y, got "
            f"{labels[(labels != np.floor(labels)) | (labels < 0)][0]}."
        )
    return labels
