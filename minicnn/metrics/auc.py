"""AUC: the area under a curve of right against wrong answers over all thresholds.

Derivation: docs/math/confusion_metrics.md. Sources: Fawcett 2006, "An introduction to ROC
analysis", section 7; Davis & Goadrich 2006, "The relationship between precision-recall and ROC
curves", section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in, whole_number_in
from minicnn.layers.sigmoid import sigmoid
from minicnn.metrics.base import Metric
from minicnn.metrics.confusion import (
    Counts,
    confusion_counts,
    evenly_spaced,
    matched,
    share,
)

__all__ = ["AUC", "area_between", "precision_recall_area"]

#: How far the outer thresholds lie beyond 0 and 1.
EPSILON = 1e-7

_HEIGHTS: dict[str, Callable[..., np.ndarray]] = {
    "interpolation": lambda a, b: (a + b) / 2,
    "minoring": np.minimum,
    "majoring": np.maximum,
}


def area_between(x: np.ndarray, y: np.ndarray, method: str) -> np.ndarray:
    """Sum the area under a curve whose points run from right to left, along axis 0.

    A = sum_k (x_k - x_{k+1}) h(y_k, y_{k+1})             (confusion_metrics.6)

    where h is the mean, the smaller or the larger of the two.
    """
    return np.sum((x[:-1] - x[1:]) * _HEIGHTS[method](y[:-1], y[1:]), axis=0)


def precision_recall_area(counts: Counts) -> np.ndarray:
    """Sum the area under precision against recall, where the counts change evenly in between.

    s = dTP / dP,  P = TP + FP
    A = sum_k s (dTP + (TP_{k+1} - s P_{k+1}) log(P_k / P_{k+1})) / (TP + FN)
                                                          (confusion_metrics.7)
    """
    tp, p = counts.tp, counts.tp + counts.fp
    dtp, dp = tp[:-1] - tp[1:], np.maximum(p[:-1] - p[1:], 0)
    slope = np.divide(dtp, dp, out=np.zeros_like(dp), where=dp != 0)
    both = (p[:-1] > 0) & (p[1:] > 0)
    ratio = np.divide(p[:-1], p[1:], out=np.ones_like(dp), where=both)
    area = slope * (dtp + (tp[1:] - slope * p[1:]) * np.log(ratio))
    whole = tp[1:] + counts.fn[1:]
    return np.sum(np.divide(area, whole, out=np.zeros_like(area), where=whole > 0), axis=0)


class AUC(Metric):
    """Approximate area under the ROC or the precision-recall curve.

    Parameters
    ----------
    num_thresholds : int
        Number of points of the curve, from 2 to a million.
    curve : {"ROC", "PR"}
        Recall against the share of false alarms, or precision against recall.
    summation_method : {"interpolation", "minoring", "majoring"}
        What lies between two points.
    name : str, optional
        Name in logs.
    thresholds : sequence of float, optional
        The points, instead of evenly spaced ones.
    multi_label : bool
        Whether every column is a question of its own, whose areas are averaged; otherwise all
        answers are counted as one column.
    num_labels : int, optional
        Number of columns, for `multi_label`.
    label_weights : sequence of float, optional
        Weight of each column.
    from_logits : bool
        Whether predictions are logits of a sigmoid.
    """

    larger_is_better: ClassVar[bool | None] = True

    def __init__(
        self,
        num_thresholds: int | None = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        *,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
        **fixed: Any,
    ) -> None:
        if str(curve).upper() not in ("ROC", "PR"):
            raise ValueError(f"AUC: curve must be 'ROC' or 'PR', got {curve!r}.")
        if str(summation_method).lower() not in _HEIGHTS:
            raise ValueError(
                f"AUC: summation_method must be one of {', '.join(_HEIGHTS)}, "
                f"got {summation_method!r}."
            )
        if num_labels and not multi_label:
            raise ValueError("AUC: num_labels is for multi_label=True alone.")
        self.curve, self.summation_method = curve.upper(), summation_method.lower()
        self._counts: list[np.ndarray] | None = None
        self._given: list[float] | None = None
        if thresholds is None:
            count = whole_number_in("[2, 1e6]", num_thresholds, "AUC: num_thresholds")
            inner = np.linspace(0, 1, count)[1:-1].tolist()
        else:
            inner = sorted(number_in("[0, 1]", t, "AUC: thresholds") for t in thresholds)
            self._given = inner
        self.num_thresholds = len(inner) + 2
        self._even = thresholds is None or evenly_spaced([0.0, *inner, 1.0])
        self._levels = np.array([-EPSILON, *inner, 1 + EPSILON], np.float32)
        self.multi_label, self.num_labels = bool(multi_label), num_labels
        if isinstance(label_weights, Mapping):  # an array in Keras's written form
            label_weights = label_weights.get("config", {}).get("value")
        self.label_weights = None if label_weights is None else [float(w) for w in label_weights]
        self.from_logits = bool(from_logits)
        super().__init__(name, **fixed)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape."""
        columns = None if self.label_weights is None else len(self.label_weights)
        given = shape[-1] if shape else 0
        if self.multi_label and (len(shape) != 2 or given != (self.num_labels or given)):
            raise ValueError(
                f"{self.name}: y_pred must have shape (n, {self.num_labels or 'labels'}), "
                f"got {shape}."
            )
        if columns is not None and columns != given:
            raise ValueError(f"{self.name}: {columns} label_weights do not fit y_pred of {shape}.")
        matched(self.name, y_true, np.broadcast_to(np.float32(0), shape), None)

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, with one a little below 0 and one a little above 1, as in Keras."""
        return self._levels.tolist()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, with Keras's names."""
        return super().get_config() | {"thresholds": self._given}

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like of one shape
            Targets, positive where they are not 0, and predictions.
        sample_weight : array_like, shape (n,) or that of `y_pred`, optional
            How much each answer counts.

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        self.check_targets(y_true, np.shape(y_pred))
        true, pred, weight = matched(self.name, y_true, y_pred, sample_weight)
        pred = sigmoid(pred)[0] if self.from_logits else pred
        if self.label_weights is not None and not self.multi_label:
            weight = weight * self.label_weights
        columns = pred.shape[-1] if self.multi_label else 1
        answers = [array.reshape(-1, columns).T for array in (true != 0, pred, weight)]
        each = [
            confusion_counts(positive, p, w, self._levels, even=self._even)
            for positive, p, w in zip(*answers, strict=True)
        ]
        sums = [np.stack(count, axis=1) for count in zip(*each, strict=True)]
        self._counts = sums if self._counts is None else [*map(np.add, self._counts, sums)]

    def result(self) -> float:
        """Return the area so far."""
        if self._counts is None:
            return 0.0
        counts = Counts(*self._counts)
        recall = share(counts.tp, counts.fn)
        if self.curve == "ROC":
            areas = area_between(share(counts.fp, counts.tn), recall, self.summation_method)
        elif self.summation_method == "interpolation":
            areas = precision_recall_area(counts)
        else:
            areas = area_between(recall, share(counts.tp, counts.fp), self.summation_method)
        weights = self.label_weights if self.multi_label else None
        if weights is not None and not sum(weights):
            return 0.0
        return float(np.average(areas, weights=weights))

    def reset_state(self) -> None:
        """Forget everything seen."""
        self._counts = None
