"""Counts of right and wrong answers above thresholds, and the shares made of them.

Derivation: docs/math/confusion_metrics.md. Source: Fawcett 2006, "An introduction to ROC analysis",
section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in, whole_number_in
from minicnn.metrics.base import Metric, same_rank

__all__ = [
    "Counts",
    "FalseNegatives",
    "FalsePositives",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
    "confusion_counts",
    "evenly_spaced",
    "matched",
    "share",
]


class Counts(NamedTuple):
    """Weights of the answers, right and wrong, above and below each threshold."""

    tp: np.ndarray  # (t,) positive and above, as the next ones float64
    fp: np.ndarray  # negative and above
    tn: np.ndarray  # negative and not above
    fn: np.ndarray  # positive and not above


def confusion_counts(
    positive: np.ndarray, p: np.ndarray, weight: np.ndarray, thresholds: np.ndarray, *, even: bool
) -> Counts:
    """Count answers above every threshold.

        TP_k = sum_i w_i y_i [p_i > t_k],  FP_k = sum_i w_i (1 - y_i) [p_i > t_k]
                                                              (confusion_metrics.1)

    Every answer falls into one bucket between two thresholds, and the sums run over buckets: the
    work grows with answers and thresholds, not with their product.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
        The y of the formula.
    p, weight : ndarray, shape (n,)
    thresholds : ndarray, shape (t,)
        Rising.
    even : bool
        Whether the thresholds divide 0..1 evenly. Then the bucket is computed as Keras does, in
        float32, where a prediction beside a threshold may fall on its other side.
    """
    count = len(thresholds)
    if even:
        clipped = np.clip(p.astype(np.float32), 0, 1)
        last = np.ceil(clipped * np.float32(count - 1)) - 1
        last = np.maximum(last, 0) if thresholds[0] < 0 else last
    else:
        last = np.searchsorted(thresholds, p, side="left") - 1
    # The last threshold that it is above, -1 if there is none; NaN is above nothing.
    last = np.where(np.isnan(p), -1, last).astype(np.int64) + 1
    above = [
        np.cumsum(np.bincount(last[mask], weight[mask], count + 1)[::-1])[::-1]
        for mask in (positive, ~positive)
    ]
    (tp, fp), (all_positive, all_negative) = (a[1:] for a in above), (a[0] for a in above)
    return Counts(tp, fp, all_negative - fp, all_positive - tp)


def evenly_spaced(thresholds: Sequence[float]) -> bool:
    """Return whether three thresholds or more divide 0..1 evenly, as Keras decides it."""
    even = np.linspace(0, 1, len(thresholds))
    return len(thresholds) >= 3 and np.allclose(thresholds, even, atol=1e-7)


def share(part: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return part / (part + rest), and 0 where both are 0."""
    whole = part + rest
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole != 0)


def matched(
    where: str, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return targets, predictions in float32 and weights, all of one shape.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    true, pred = same_rank(np.asarray(y_true), np.asarray(y_pred, np.float32))
    if true.shape != pred.shape:
        raise ValueError(
            f"{where}: y_true must have y_pred's shape {np.shape(y_pred)}, one-hot for classes, "
            f"got {np.shape(y_true)}."
        )
    weight = np.asarray(1.0 if sample_weight is None else sample_weight, np.float64)
    if weight.ndim < pred.ndim:
        weight = weight.reshape(weight.shape + (1,) * (pred.ndim - weight.ndim))
    try:
        return true, pred, np.broadcast_to(weight, pred.shape)
    except ValueError:
        raise ValueError(
            f"{where}: sample_weight must have shape {pred.shape[:1]} or {pred.shape}, "
            f"got {weight.shape}."
        ) from None


class _ThresholdMetric(Metric):
    """Counts above thresholds; a subclass gives the result."""

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        title = type(self).__name__
        self._counts: list[np.ndarray] = []
        self.init_thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        if top_k is not None:
            self.top_k = whole_number_in("[1, inf)", top_k, f"{title}: top_k")
        if class_id is not None:
            self.class_id = whole_number_in("[0, inf)", class_id, f"{title}: class_id")
        several = isinstance(thresholds, list | tuple | np.ndarray)
        given: Any = thresholds if several else [thresholds]
        if thresholds is None:
            # Above this is whatever is among the k largest.
            self.thresholds = [0.5 if top_k is None else -1e10]
        else:
            self.thresholds = [number_in("[0, 1]", t, f"{title}: thresholds") for t in given]
        super().__init__(name, **fixed)

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape."""
        self._selected(y_true, np.broadcast_to(np.float32(0), shape), None)

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        y_true, y_pred : array_like of one shape
            Targets, positive where they are not 0, and predictions; one-hot for classes.
        sample_weight : array_like, shape (n,) or that of `y_pred`, optional
            How much each answer counts.

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        true, pred, weight = self._selected(y_true, y_pred, sample_weight)
        order = np.argsort(self.thresholds, kind="stable")
        levels = np.asarray(self.thresholds, np.float32)[order]
        counts = confusion_counts(
            true.ravel() != 0,
            pred.ravel(),
            weight.ravel(),
            levels,
            even=evenly_spaced(self.thresholds),
        )
        back = np.argsort(order)
        self._counts = [sums + new[back] for sums, new in zip(self._counts, counts, strict=True)]

    def _selected(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        true, pred, weight = matched(self.name, y_true, y_pred, sample_weight)
        if self.top_k is not None:
            largest = np.argsort(-pred, axis=-1, kind="stable")[..., : self.top_k]
            kept = np.full(pred.shape, -np.inf, np.float32)
            np.put_along_axis(kept, largest, np.take_along_axis(pred, largest, -1), -1)
            pred = kept
        if self.class_id is None:
            return true, pred, weight
        if pred.ndim < 2 or self.class_id >= pred.shape[-1]:
            raise ValueError(
                f"{self.name}: class_id {self.class_id} is not a class of y_pred of shape "
                f"{pred.shape}."
            )
        return tuple(array[..., self.class_id] for array in (true, pred, weight))  # type: ignore[return-value]

    def reset_state(self) -> None:
        """Forget everything seen."""
        self._counts = [np.zeros(len(self.thresholds)) for _ in Counts._fields]

    def result(self) -> Any:
        """Return the value so far: a float, or an array with one for each threshold."""
        values = self._result(Counts(*self._counts))
        return float(values[0]) if len(self.thresholds) == 1 else values

    def _result(self, counts: Counts) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} does not define _result.")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal metric."""
        # Without any, the attribute shows what stands for them.
        return super().get_config() | {"thresholds": self.init_thresholds}


class Precision(_ThresholdMetric):
    """Share of what is called positive that is positive.

        TP / (TP + FP)                                        (confusion_metrics.2)

    Parameters
    ----------
    thresholds : float or sequence of float, optional
        Between 0 and 1: a prediction above it is called positive. 0.5 if not given, or, with
        `top_k`, none.
    top_k : int, optional
        Only the k largest predictions of a row can be called positive.
    class_id : int, optional
        The only class to look at.
    name : str, optional
        Name in logs.
    """

    larger_is_better: ClassVar[bool | None] = True

    def _result(self, counts: Counts) -> np.ndarray:
        return share(counts.tp, counts.fp)


class Recall(_ThresholdMetric):
    """Share of what is positive that is called positive; the parameters are :class:`Precision`'s.

    TP / (TP + FN)                                        (confusion_metrics.3)
    """

    larger_is_better: ClassVar[bool | None] = True

    def _result(self, counts: Counts) -> np.ndarray:
        return share(counts.tp, counts.fn)


class _Count(_ThresholdMetric):
    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        name: str | None = None,
        *,
        dtype: str | None = None,
    ) -> None:
        super().__init__(thresholds, name=name, dtype=dtype)


class TruePositives(_Count):
    """Weight of the positive answers above the thresholds."""

    def _result(self, counts: Counts) -> np.ndarray:
        return counts.tp


class FalsePositives(_Count):
    """Weight of the negative answers above the thresholds."""

    def _result(self, counts: Counts) -> np.ndarray:
        return counts.fp


class TrueNegatives(_Count):
    """Weight of the negative answers not above the thresholds."""

    def _result(self, counts: Counts) -> np.ndarray:
        return counts.tn


class FalseNegatives(_Count):
    """Weight of the positive answers not above the thresholds."""

    def _result(self, counts: Counts) -> np.ndarray:
        return counts.fn
