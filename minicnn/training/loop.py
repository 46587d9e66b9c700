"""The training loop: epochs of batches, figures, callbacks.

What the loop needs of a model is stated by :class:`Trainable`; it knows no layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

from minicnn.data.batches import Batch, BatchSource
from minicnn.training.callbacks import Callback, CallbackList, History
from minicnn.training.progress import progress_callback

__all__ = ["Trainable", "run_evaluation", "run_training"]


class Trainable(Protocol):
    """What the loop needs of a model."""

    stop_training: bool
    metrics: list

    def train_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Do one optimizer step; return the loss and the predictions."""

    def test_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Return the loss and the predictions without learning."""


class Figures:
    """Means over the batches so far: the loss and the model's metrics.

    The loss of an epoch is the mean over its samples, so a smaller last batch weighs less.
    """

    def __init__(self, metrics: list) -> None:
        self._metrics = metrics
        self._loss, self._samples = 0.0, 0
        for metric in metrics:
            metric.reset_state()

    def update(self, batch: Batch, loss: float, y_pred: np.ndarray) -> None:
        """Take in a batch."""
        self._loss += loss * len(batch.x)
        self._samples += len(batch.x)
        for metric in self._metrics:
            metric.update_state(batch.y, y_pred)  # sample weights are the loss's, as in Keras

    def result(self) -> dict[str, float]:
        """Return the figures by name: "loss" and the metrics."""
        loss = self._loss / self._samples if self._samples else float("nan")
        return {"loss": loss} | {metric.name: metric.result() for metric in self._metrics}


def run_training(
    model: Trainable,
    source: BatchSource,
    *,
    epochs: int,
    initial_epoch: int = 0,
    validation: BatchSource | None = None,
    callbacks: Iterable[Callback] = (),
    verbose: int | str = "auto",
) -> History:
    """Train `model` on `source` for the epochs `initial_epoch` to `epochs` - 1.

    Returns
    -------
    History
        The figures of the epochs, those of `validation` as "val_...".
    """
    history = History()
    params = {"epochs": epochs, "steps": len(source), "verbose": verbose}
    everyone = CallbackList([*callbacks, history, *progress_callback(verbose)], model, params)
    model.stop_training = False
    logs: dict[str, float] = {}
    everyone.call("on_train_begin")
    try:
        for epoch in range(initial_epoch, epochs):
            everyone.call("on_epoch_begin", epoch)
            logs = _train_epoch(model, source, epoch, everyone)
            if validation is not None:
                figures = run_evaluation(model, validation, everyone)
                logs |= {f"val_{name}": value for name, value in figures.items()}
            everyone.call("on_epoch_end", epoch, logs)
            if model.stop_training:
                break
    finally:
        everyone.call("on_train_end", logs)
    return history


def _train_epoch(
    model: Trainable, source: BatchSource, epoch: int, callbacks: CallbackList
) -> dict[str, float]:
    figures = Figures(model.metrics)
    for number, batch in enumerate(source.batches(epoch)):
        callbacks.call("on_train_batch_begin", number)
        figures.update(batch, *model.train_step(batch))
        callbacks.call("on_train_batch_end", number, figures.result() | {"size": len(batch.x)})
    return figures.result()


def run_evaluation(
    model: Trainable, source: BatchSource, callbacks: CallbackList
) -> dict[str, float]:
    """Return the figures of `model` on `source`: "loss" and the metrics."""
    figures = Figures(model.metrics)
    callbacks.call("on_test_begin")
    for number, batch in enumerate(source.batches(0)):
        callbacks.call("on_test_batch_begin", number)
        figures.update(batch, *model.test_step(batch))
        callbacks.call("on_test_batch_end", number, figures.result() | {"size": len(batch.x)})
    result = figures.result()
    callbacks.call("on_test_end", result)
    return result


def evaluation_callbacks(
    model: Any, source: BatchSource, callbacks: Iterable[Callback], verbose: int | str
) -> CallbackList:
    """Return the callbacks of an evaluation by itself, its progress among them."""
    params = {"epochs": 1, "steps": len(source), "verbose": verbose}
    return CallbackList([*callbacks, *progress_callback(verbose)], model, params)
