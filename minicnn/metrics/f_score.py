"""F-scores: precision and recall in one number. Derivation: docs/math/confusion_metrics.md.

Source: van Rijsbergen 1979, "Information retrieval", chapter 7.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in
from minicnn.metrics.base import Metric

__all__ = ["F1Score", "FBetaScore"]

#: What Keras adds to every divisor.
EPSILON = 1e-7


class FBetaScore(Metric):
    """Harmonic mean of precision and recall, in which recall counts beta times as much.

        F = (1 + beta^2) P R / (beta^2 P + R + e)             (confusion_metrics.4)
        P = TP / (TP + FP + e),  R = TP / (TP + FN + e),  e = 1e-7    (confusion_metrics.5)

    Parameters
    ----------
    average : {None, "micro", "macro", "weighted"}
        None gives a score for each class; "macro" is their mean, "weighted" their mean weighted
        by the number of samples, and "micro" the score of all classes as one.
    beta : float
        Above 0.
    threshold : float, optional
        Above it a prediction means 1. If None, the largest of a row does.
    name : str
        Name in logs.
    """

    larger_is_better: ClassVar[bool | None] = True

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        **fixed: Any,
    ) -> None:
        title = type(self).__name__
        self._sums: list[Any] | None = None
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(
                f"{title}: average must be None, 'micro', 'macro' or 'weighted', got {average!r}."
            )
        self.average = average
        self.beta = number_in("(0, inf)", beta, f"{title}: beta")
        self.threshold = threshold
        if threshold is not None:
            self.threshold = number_in("(0, 1]", threshold, f"{title}: threshold")
        super().__init__(name, **fixed)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape."""
        if len(shape) != 2 or np.shape(y_true) != shape:
            raise ValueError(
                f"{self.name}: y_true and y_pred must have one shape (n, classes), one-hot, "
                f"got {np.shape(y_true)} and {shape}."
            )

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like, shape (n, classes)
            One-hot targets, and predictions.
        sample_weight : array_like, shape (n,), optional
            How much each sample counts.

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        true, pred = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float32)
        self.check_targets(true, pred.shape)
        if self.threshold is None:
            # A row of zeros has no largest.
            positive = (pred >= pred.max(axis=-1, keepdims=True)) & (np.abs(pred) > 1e-9)
        else:
            positive = pred > self.threshold
        called = positive.astype(np.float64)
        weight = np.ones(len(true)) if sample_weight is None else np.asarray(sample_weight)
        if weight.shape not in ((len(true),), (len(true), 1)):
            raise ValueError(
                f"{self.name}: sample_weight must have shape ({len(true)},), got {weight.shape}."
            )
        parts = (called * true, called * (1 - true), (1 - called) * true)
        axis = None if self.average == "micro" else 0
        sums = [np.sum(part * weight.reshape(-1, 1), axis=axis) for part in parts]
        self._sums = sums if self._sums is None else [*map(np.add, self._sums, sums)]

    def result(self) -> Any:
        """Return the score so far; an array with one for each class if there is no average."""
        if self._sums is None:
            return 0.0
        tp, fp, fn = self._sums
        precision, recall = tp / (tp + fp + EPSILON), tp / (tp + fn + EPSILON)
        square = self.beta**2
        score = precision * recall / (square * precision + recall + EPSILON) * (1 + square)
        if self.average is None:
            return score
        if self.average == "weighted":
            return float(np.sum(score * (tp + fn) / (np.sum(tp + fn) + EPSILON)))
        return float(np.mean(score))

    def reset_state(self) -> None:
        """Forget everything seen."""
        self._sums = None


class F1Score(FBetaScore):
    """The F-score of beta 1: precision and recall count the same.

    Parameters
    ----------
    average, threshold, name
        See :class:`FBetaScore`.
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        *,
        dtype: str | None = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype=dtype)
