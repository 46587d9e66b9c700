"""How often predictions are right: pure functions of a sample, classes that count over batches."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in, whole_number_in
from minicnn.labels import check_labels
from minicnn.metrics.base import MeanMetric, Metric, same_rank

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "InferredAccuracy",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Whether predictions equal the targets, number by number."""
    y_true, y_pred = _alike(y_true, y_pred)
    return y_true == y_pred


def binary_accuracy(y_true: ArrayLike, y_pred: ArrayLike, threshold: float = 0.5) -> np.ndarray:
    """Whether a prediction is above a threshold where the target is 1, and not where it is 0.

    Parameters
    ----------
    y_true, y_pred : array_like of one shape, or (n,) and (n, 1)
        Targets and predictions.
    threshold : float
        Above it a prediction means 1.

    Returns
    -------
    ndarray of bool, the shape of `y_pred`

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    y_true, y_pred = _alike(y_true, y_pred)
    return y_true == (y_pred > threshold)


def categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Whether the largest prediction stands where the largest target does.

    Parameters
    ----------
    y_true : array_like, shape (..., c)
        One-hot targets.
    y_pred : array_like, shape (..., c)
        Probabilities or logits. Of equal ones the first counts.

    Returns
    -------
    ndarray of bool, shape (...)

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    return sparse_categorical_accuracy(_classes(y_true, y_pred), y_pred)


def sparse_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Whether the largest prediction stands at the label.

    Parameters
    ----------
    y_true : array_like of integers, shape (...) or (..., 1)
        Labels from 0 to c - 1.
    y_pred : array_like, shape (..., c)
        Probabilities or logits. Of equal ones the first counts.

    Returns
    -------
    ndarray of bool, shape (...)

    Raises
    ------
    ValueError
        If the shapes do not fit or a label is out of range.
    """
    labels, y_pred = _labels(y_true, y_pred)
    return np.argmax(y_pred, axis=-1) == labels


def top_k_categorical_accuracy(y_true: ArrayLike, y_pred: ArrayLike, k: int = 5) -> np.ndarray:
    """Whether the target is among the k largest predictions; arguments as above."""
    return sparse_top_k_categorical_accuracy(_classes(y_true, y_pred), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: ArrayLike, y_pred: ArrayLike, k: int = 5
) -> np.ndarray:
    """Whether the label is among the k largest predictions.

    A class counts as among them if fewer than k are larger than it: all that tie for the last
    place are in. A row with NaN or infinity is wrong. Both are TensorFlow's ``in_top_k``.
    """
    labels, y_pred = _labels(y_true, y_pred)
    own = np.take_along_axis(y_pred, labels[..., None], axis=-1)
    larger = np.sum(y_pred > own, axis=-1)
    return (larger < k) & np.isfinite(y_pred).all(axis=-1)


def _classes(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Labels of one-hot targets."""
    if np.shape(y_true) != np.shape(y_pred) or not np.shape(y_pred):
        raise ValueError(
            f"accuracy: one-hot y_true must have y_pred's shape {np.shape(y_pred)}, "
            f"got {np.shape(y_true)}."
        )
    return np.argmax(y_true, axis=-1)


def _labels(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Labels of shape (...) and predictions of shape (..., c)."""
    labels, y_pred = np.asarray(y_true), np.asarray(y_pred)
    rows = y_pred.shape[:-1]
    if y_pred.ndim == 0 or labels.shape not in (rows, (*rows, 1)):
        raise ValueError(
            f"accuracy: y_true must hold one label per row, shape {rows}, got {labels.shape}."
        )
    return check_labels(labels.reshape(rows), y_pred.shape[-1], "accuracy"), y_pred


def _alike(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both with one shape; a last axis of length one may be missing from either."""
    true, pred = same_rank(np.asarray(y_true), np.asarray(y_pred))
    if true.shape != pred.shape:
        raise ValueError(
            f"accuracy: y_true must have y_pred's shape {np.shape(y_pred)}, got {np.shape(y_true)}."
        )
    return true, pred


class _Share(MeanMetric):
    """A share of right answers."""

    larger_is_better: ClassVar[bool | None] = True


class Accuracy(_Share):
    """Share of numbers that :func:`accuracy` calls right."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return accuracy(y_true, y_pred)


class BinaryAccuracy(_Share):
    """Share of answers that :func:`binary_accuracy` calls right.

    Parameters
    ----------
    name : str, optional
        Name in logs.
    threshold : float
        Between 0 and 1.
    """

    def __init__(self, name: str | None = None, *, threshold: float = 0.5, **fixed: Any) -> None:
        super().__init__(name, **fixed)
        self.threshold = number_in("[0, 1]", threshold, "BinaryAccuracy: threshold")

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return binary_accuracy(y_true, y_pred, self.threshold)


class CategoricalAccuracy(_Share):
    """Share of samples that :func:`categorical_accuracy` calls right."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(_Share):
    """Share of samples that :func:`sparse_categorical_accuracy` calls right."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return sparse_categorical_accuracy(y_true, y_pred)


class InferredAccuracy(_Share):
    """What "accuracy" and "acc" stand for: the shapes say which accuracy it is.

    Predictions with a last axis of length one are answers to yes or no. Otherwise, targets with an
    axis fewer than the predictions, or with a last axis of length one, are labels; others are
    one-hot. That is Keras's rule, which it applies to the first batch.
    """

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        true, pred = np.shape(y_true), np.shape(y_pred)
        if not pred:
            raise ValueError(f"{self.name}: y_pred must have an axis of classes, got shape ().")
        if pred[-1] == 1:
            return binary_accuracy(y_true, y_pred)
        if len(true) < len(pred) or true[-1] == 1:
            return sparse_categorical_accuracy(y_true, y_pred)
        return categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(_Share):
    """Share of samples that :func:`top_k_categorical_accuracy` calls right.

    Parameters
    ----------
    k : int
        How many of the largest predictions count.
    name : str, optional
        Name in logs.
    """

    def __init__(self, k: int = 5, name: str | None = None, **fixed: Any) -> None:
        super().__init__(name, **fixed)
        self.k = whole_number_in("[1, inf)", k, f"{type(self).__name__}: k")

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return top_k_categorical_accuracy(y_true, y_pred, self.k)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """Share of samples that :func:`sparse_top_k_categorical_accuracy` calls right."""

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        **Metric.fixed_arguments,
        "from_sorted_ids": (False,),
    }

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return sparse_top_k_categorical_accuracy(y_true, y_pred, self.k)
