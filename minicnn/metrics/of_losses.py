"""Losses as metrics: their mean over samples, weighted by what the metric is given."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn import losses
from minicnn.losses.base import RowLoss
from minicnn.losses.functions import as_predictions
from minicnn.metrics.base import MeanMetric, Metric

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Poisson",
    "RootMeanSquaredError",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
]


class _LossMetric(MeanMetric):
    """The mean of a loss; a subclass says which."""

    larger_is_better: ClassVar[bool | None] = False

    def _loss(self) -> RowLoss:
        raise NotImplementedError(f"{type(self).__name__} does not define _loss.")

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return self._loss().values(y_true, as_predictions(y_pred))

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets fit predictions of a shape."""
        self._loss().check_targets(y_true, shape)


class BinaryCrossentropy(_LossMetric):
    """Mean of :class:`minicnn.losses.BinaryCrossentropy`.

    Parameters
    ----------
    name : str, optional
        Name in logs.
    from_logits, label_smoothing
        Those of the loss.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        **fixed: Any,
    ) -> None:
        super().__init__(name, **fixed)
        self.from_logits, self.label_smoothing = bool(from_logits), label_smoothing
        self._loss()  # looks at the arguments

    def _loss(self) -> RowLoss:
        return losses.BinaryCrossentropy(self.from_logits, self.label_smoothing)


class CategoricalCrossentropy(_LossMetric):
    """Mean of :class:`minicnn.losses.CategoricalCrossentropy`.

    Parameters
    ----------
    name, from_logits, label_smoothing
        See :class:`BinaryCrossentropy`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Metric.fixed_arguments | {"axis": (-1,)}

    def __init__(
        self,
        name: str | None = None,
        *,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        **fixed: Any,
    ) -> None:
        super().__init__(name, **fixed)
        self.from_logits, self.label_smoothing = bool(from_logits), label_smoothing
        self._loss()  # looks at the arguments

    def _loss(self) -> RowLoss:
        return losses.CategoricalCrossentropy(self.from_logits, self.label_smoothing)


class SparseCategoricalCrossentropy(_LossMetric):
    """Mean of :class:`minicnn.losses.SparseCategoricalCrossentropy`.

    Parameters
    ----------
    name, from_logits
        See :class:`BinaryCrossentropy`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Metric.fixed_arguments | {
        "axis": (-1,),
        "ignore_class": (None,),
    }

    def __init__(self, name: str | None = None, *, from_logits: bool = False, **fixed: Any) -> None:
        super().__init__(name, **fixed)
        self.from_logits = bool(from_logits)

    def _loss(self) -> RowLoss:
        return losses.SparseCategoricalCrossentropy(self.from_logits)


class CategoricalHinge(_LossMetric):
    """Mean of :class:`minicnn.losses.CategoricalHinge`."""

    def _loss(self) -> RowLoss:
        return losses.CategoricalHinge()


class CosineSimilarity(_LossMetric):
    """Mean of the cosine between targets and predictions, 1 at best; the loss is its negative."""

    fixed_arguments: ClassVar[dict[str, tuple]] = Metric.fixed_arguments | {"axis": (-1,)}
    larger_is_better: ClassVar[bool | None] = True

    def _loss(self) -> RowLoss:
        return losses.CosineSimilarity()

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        return -super()._values(y_true, y_pred)


class Hinge(_LossMetric):
    """Mean of :class:`minicnn.losses.Hinge`."""

    def _loss(self) -> RowLoss:
        return losses.Hinge()


class KLDivergence(_LossMetric):
    """Mean of :class:`minicnn.losses.KLDivergence`."""

    def _loss(self) -> RowLoss:
        return losses.KLDivergence()


class LogCoshError(_LossMetric):
    """Mean of :class:`minicnn.losses.LogCosh`."""

    def __init__(self, name: str | None = None, **fixed: Any) -> None:
        super().__init__(name or "logcosh", **fixed)

    def _loss(self) -> RowLoss:
        return losses.LogCosh()


class MeanAbsoluteError(_LossMetric):
    """Mean of :class:`minicnn.losses.MeanAbsoluteError`."""

    def _loss(self) -> RowLoss:
        return losses.MeanAbsoluteError()


class MeanSquaredError(_LossMetric):
    """Mean of :class:`minicnn.losses.MeanSquaredError`."""

    def _loss(self) -> RowLoss:
        return losses.MeanSquaredError()


class Poisson(_LossMetric):
    """Mean of :class:`minicnn.losses.Poisson`."""

    def _loss(self) -> RowLoss:
        return losses.Poisson()


class RootMeanSquaredError(_LossMetric):
    """Root of the mean of all squared errors.

    A row may be a single number: of predictions of shape (n,), each counts with its weight.
    """

    def _loss(self) -> RowLoss:
        return losses.MeanSquaredError()

    def _values(self, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
        y_pred = np.asarray(y_pred)
        return super()._values(y_true, y_pred[:, None] if y_pred.ndim == 1 else y_pred)

    def result(self) -> float:
        """Return the root of the mean so far."""
        return float(np.sqrt(super().result()))


class SquaredHinge(_LossMetric):
    """Mean of :class:`minicnn.losses.SquaredHinge`."""

    def _loss(self) -> RowLoss:
        return losses.SquaredHinge()
