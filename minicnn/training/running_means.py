"""Running means of the loss and the metrics over the batches so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.data.batches import Batch
from minicnn.losses import Loss

__all__ = ["RunningMeans", "logged", "update"]


def update(metric: Any, batch: Batch, y_pred: Any) -> None:
    """Add a batch to a metric; weights of samples are the loss's, unless the metric asks."""
    weights = [batch.sample_weight] if metric.weighted else []
    metric.update_state(batch.y, y_pred, *weights)


class RunningMeans:
    """Means over the batches so far: the loss and the model's metrics.

    The loss of an epoch is the mean over its samples, so a smaller last batch weighs less.

    Parameters
    ----------
    metrics : list of Metric
        Reset now, then updated with every batch.
    loss : Loss
        Names what a step returns as the loss.
    """

    def __init__(self, metrics: list, loss: Loss) -> None:
        self._metrics, self._of = metrics, loss
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._loss: Any = 0.0
        self._samples = 0
        for metric in self._metrics:
            metric.reset_state()

    def update(self, batch: Batch, loss: Any, y_pred: Any) -> None:
        """Add a batch, and what a step returned for it."""
        # Not in place: a checkpoint or a copy may hold the array.
        self._loss = self._loss + loss * batch.samples
        self._samples += batch.samples
        for metric in self._metrics:
            update(metric, batch, y_pred)

    def result(self) -> dict[str, float]:
        """Return the means by name: "loss", those of several outputs, and the metrics."""
        loss = self._loss / self._samples if self._samples else float("nan")
        return self._of.named(loss) | {one.name: logged(one.result()) for one in self._metrics}

    def get_state(self) -> dict[str, Any]:
        """Return the sums, so that an epoch can be resumed in the middle."""
        return {
            "loss": self._loss,
            "samples": self._samples,
            "metrics": [metric.get_state() for metric in self._metrics],
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from these sums."""
        self._loss, self._samples = state["loss"], state["samples"]
        for metric, sums in zip(self._metrics, state["metrics"], strict=True):
            metric.set_state(sums)


def logged(value: Any) -> Any:
    """Return a metric's result as logs hold it: a plain float for a single number."""
    single = isinstance(value, float) or hasattr(value, "__array__")
    return float(value) if single and not np.ndim(value) else value
