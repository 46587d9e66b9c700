"""How often predictions are right: pure functions a sample, classes that count over batches."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.configurable import Configurable
from minicnn.intervals import whole_number_in
from minicnn.labels import check_labels
from minicnn.registry import resolve, snake_case

__all__ = [
    "CategoricalAccuracy",
    "InferredAccuracy",
    "Metric",
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "categorical_accuracy",
    "get",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


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


class Metric(Configurable):
    """A weighted mean over everything seen since the last reset.

    Parameters
    ----------
    name : str, optional
        Name in logs; Keras's name of the class if not given.
    """

    keras_module = "keras.metrics"
    fixed_arguments: ClassVar[dict[str, tuple]] = {"dtype": ("float32", None, "float64")}
    ignored_methods: ClassVar[dict[str, str]] = {"reset_states": "reset_state(self)"}

    #: Which way is better, for callbacks that watch it.
    larger_is_better: ClassVar[bool] = True

    def __init__(self, name: str | None = None) -> None:
        self.name = name or snake_case(type(self).__name__)
        self.reset_state()

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        """Return one value a row."""
        raise NotImplementedError(
            f"{type(self).__name__} must define update_state, result and reset_state."
        )

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise what :meth:`update_state` would for predictions of a shape."""
        if type(self)._values is not Metric._values:
            self._values(y_true, np.broadcast_to(np.float32(0), shape))

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like
            Targets and predictions, in the form the class describes.
        sample_weight : array_like, shape (n,) or (n, 1), optional
            How much each sample counts, in the sum and in the divisor.

        Raises
        ------
        ValueError
            If shapes or labels do not fit.
        """
        values = np.atleast_1d(self._values(y_true, y_pred))
        # Rows of one sample share its weight.
        values = values.reshape(len(values), -1).mean(axis=1)
        weight = np.ones(len(values))
        if sample_weight is not None:
            weight = np.asarray(sample_weight, dtype=np.float64)
            if weight.shape not in ((len(values),), (len(values), 1)):
                raise ValueError(
                    f"{self.name}: sample_weight must have shape ({len(values)},), "
                    f"got {weight.shape}."
                )
        self._total += float(np.sum(values * weight.reshape(-1)))
        self._count += float(np.sum(weight))

    def result(self) -> float:
        """Return the mean so far; 0 if nothing has any weight."""
        return self._total / self._count if self._count else 0.0

    def reset_state(self) -> None:
        """Forget everything seen."""
        self._total = self._count = 0.0


class CategoricalAccuracy(Metric):
    """Share of samples that :func:`categorical_accuracy` calls right."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(Metric):
    """Share of samples that :func:`sparse_categorical_accuracy` calls right."""

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return sparse_categorical_accuracy(y_true, y_pred)


class InferredAccuracy(Metric):
    """What "accuracy" and "acc" stand for: the targets' shape says which of the two it is.

    Targets with an axis fewer than the predictions, or with a last axis of length one, are
    labels; others are one-hot. That is Keras's rule, which it applies to the first batch.
    """

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        true, pred = np.shape(y_true), np.shape(y_pred)
        if not pred or pred[-1] < 2:
            raise ValueError(
                f"{self.name}: y_pred must have at least two classes on its last axis, got {pred}."
            )
        if len(true) < len(pred) or true[-1] == 1:
            return sparse_categorical_accuracy(y_true, y_pred)
        return categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(Metric):
    """Share of samples that :func:`top_k_categorical_accuracy` calls right.

    Parameters
    ----------
    k : int
        How many of the largest predictions count.
    name : str, optional
        Name in logs.
    """

    def __init__(self, k: int = 5, name: str | None = None) -> None:
        super().__init__(name)
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


_TABLE: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        CategoricalAccuracy,
        SparseCategoricalAccuracy,
        SparseTopKCategoricalAccuracy,
        TopKCategoricalAccuracy,
    )
}


def get(identifier: Any) -> Metric:
    """Return the metric that an instance, a class, a name or a Keras config stands for.

    "accuracy" and "acc" give :class:`InferredAccuracy` under that name.

    Raises
    ------
    ValueError
        If the name is not known; the message lists those that are.
    """
    if identifier in ("accuracy", "acc"):
        return InferredAccuracy(name=identifier)
    return resolve("metric", identifier, _TABLE, Metric)
