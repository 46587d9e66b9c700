"""Running means of the loss and the metrics over the batches so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.data.batches import Batch

__all__ = ["RunningMeans"]


class RunningMeans:
    """Means over the batches so far: the loss and the model's metrics.

    The loss of an epoch is the mean over its samples, so a smaller last batch weighs less.

    Parameters
    ----------
    metrics : list of Metric
        Reset now, then updated with every batch.
    """

    def __init__(self, metrics: list) -> None:
        self._metrics = metrics
        self.reset()

    def reset(self) -> None:
        """Forget all batches."""
        self._loss, self._samples = 0.0, 0
        for metric in self._metrics:
            metric.reset_state()

    def update(self, batch: Batch, loss: float, y_pred: np.ndarray) -> None:
        """Add a batch."""
        self._loss += loss * len(batch.y)
        self._samples += len(batch.y)
        for metric in self._metrics:
            metric.update_state(batch.y, y_pred)  # sample weights are the loss's, as in Keras

    def result(self) -> dict[str, float]:
        """Return the means by name: "loss" and the metrics."""
        loss = self._loss / self._samples if self._samples else float("nan")
        return {"loss": loss} | {metric.name: metric.result() for metric in self._metrics}

    def get_state(self) -> dict[str, Any]:
        """Return the sums, so that an epoch can be resumed in the middle."""
        return {
            "loss": self._loss,
            "samples": self._samples,
            "metrics": [_state(metric) for metric in self._metrics],
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from these sums."""
        self._loss, self._samples = state["loss"], state["samples"]
        for metric, sums in zip(self._metrics, state["metrics"], strict=True):
            vars(metric).update(sums)


def _state(metric: Any) -> dict[str, Any]:
    """Return a metric's attributes, but for a function it may be made of."""
    return {name: value for name, value in vars(metric).items() if not callable(value)}
