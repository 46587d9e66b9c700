"""The training loop: epochs of batches, running means, callbacks.

What the loop needs of a model is stated by :class:`Trainable`; it knows no layer.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

from minicnn.data.batches import Batch, BatchSource
from minicnn.training.callbacks import Callback, CallbackList, History
from minicnn.training.running_means import RunningMeans
from minicnn.training.verbose import progress_callback

__all__ = ["Trainable", "Training", "run_evaluation", "run_training"]


class Trainable(Protocol):
    """What the loop needs of a model."""

    stop_training: bool
    metrics: list

    def train_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Do one optimizer step; return the loss and the predictions."""

    def test_step(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Return the loss and the predictions without learning."""

    def finish_training(self) -> None:
        """Do what comes after the last step."""


class Training:
    """A training under way, and where it stands.

    Parameters
    ----------
    model, source, epochs, initial_epoch, validation, callbacks, verbose
        See :func:`run_training`.

    Attributes
    ----------
    epoch, batch : int
        What comes next: batch number `batch` of epoch number `epoch`, both from 0. A callback may
        set them, to go on elsewhere, in its `on_train_begin` and `on_epoch_begin`.
    means : RunningMeans
        Of the epoch so far.
    history : History
        The figures of the epochs so far.
    callbacks : CallbackList
        All of them, the history and the progress included.
    """

    def __init__(
        self,
        model: Trainable,
        source: BatchSource,
        *,
        epochs: int,
        initial_epoch: int = 0,
        validation: BatchSource | None = None,
        callbacks: Iterable[Callback] = (),
        verbose: int | str = "auto",
    ) -> None:
        self.model, self.source, self.validation = model, source, validation
        self.epochs, self.epoch, self.batch = epochs, initial_epoch, 0
        self.means, self.history = RunningMeans(model.metrics), History()
        params = {"epochs": epochs, "steps": len(source), "verbose": verbose}
        everyone = [*callbacks, self.history, *progress_callback(verbose)]
        self.callbacks = CallbackList(everyone, model, params, self)

    def run(self) -> History:
        """Do what is left of the training; return its history."""
        self.model.stop_training = False
        logs: dict[str, float] = {}
        with self.callbacks:
            self.callbacks.call("on_train_begin", {})
            while self.epoch < self.epochs and not self.model.stop_training:
                logs = self._run_epoch()
            self.model.finish_training()
            self.callbacks.call("on_train_end", logs)
        return self.history

    def _run_epoch(self) -> dict[str, float]:
        if self.batch == 0:
            self.means.reset()
        epoch = self.epoch
        self.callbacks.call("on_epoch_begin", epoch, {})
        left = itertools.islice(self.source.batches(epoch), self.batch, None)
        for number, batch in enumerate(left, start=self.batch):
            self.callbacks.call("on_train_batch_begin", number, {})
            self.means.update(batch, *self.model.train_step(batch))
            self.batch = number + 1
            logs = self.means.result()
            self.callbacks.call("on_train_batch_end", number, logs | {"size": len(batch.y)})
            if self.model.stop_training:
                break
        logs = self.means.result() | self._validate()
        self.epoch, self.batch = epoch + 1, 0
        # Callbacks may add figures of their own, such as the learning rate.
        self.callbacks.call("on_epoch_end", epoch, dict(logs))
        return logs

    def _validate(self) -> dict[str, float]:
        if self.validation is None:
            return {}
        figures = run_evaluation(self.model, self.validation, self.callbacks)
        return {f"val_{name}": value for name, value in figures.items()}


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
    training = Training(
        model,
        source,
        epochs=epochs,
        initial_epoch=initial_epoch,
        validation=validation,
        callbacks=callbacks,
        verbose=verbose,
    )
    return training.run()


def run_evaluation(
    model: Trainable, source: BatchSource, callbacks: CallbackList
) -> dict[str, float]:
    """Return the figures of `model` on `source`: "loss" and the metrics."""
    # Metrics of their own: a validation leaves those of the epoch around it alone.
    means = RunningMeans(copy.deepcopy(model.metrics))
    callbacks.call("on_test_begin", {})
    result: dict[str, float] = {}
    try:
        for number, batch in enumerate(source.batches(0)):
            callbacks.call("on_test_batch_begin", number, {})
            means.update(batch, *model.test_step(batch))
            logs = means.result() | {"size": len(batch.y)}
            callbacks.call("on_test_batch_end", number, logs)
        result = means.result()
    finally:
        # Whoever has put other weights into the model takes them out again.
        callbacks.call("on_test_end", result)
    return result


def evaluation_callbacks(
    model: Any, source: BatchSource, callbacks: Iterable[Callback], verbose: int | str
) -> CallbackList:
    """Return the callbacks of an evaluation by itself, its progress among them."""
    params = {"epochs": 1, "steps": len(source), "verbose": verbose}
    return CallbackList([*callbacks, *progress_callback(verbose)], model, params)
