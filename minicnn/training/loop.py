"""The training loop: epochs of batches, running means, callbacks.

The loop knows no layers; :class:`Trainable` lists what it needs from a model.
"""

from __future__ import annotations

import copy
import itertools
import warnings
from collections.abc import Iterable
from typing import Any, Protocol

from minicnn.data.batches import Batch, BatchSource, number_of_batches
from minicnn.training.callbacks import Callback, CallbackList, History
from minicnn.training.callbacks.base import listed
from minicnn.training.running_means import RunningMeans
from minicnn.training.verbose import progress_callback

__all__ = ["Trainable", "Training", "run_evaluation", "run_training"]


class Trainable(Protocol):
    """What the loop needs from a model."""

    stop_training: bool
    loss: Any
    metrics: list
    next_epoch: int

    def train_step(self, batch: Batch) -> tuple[Any, Any]:
        """Do one optimizer step; return the loss and the predictions."""

    def test_step(self, batch: Batch) -> tuple[Any, Any]:
        """Return the loss and the predictions without learning."""

    def finish_training(self) -> None:
        """Do what has to be done after the last step."""


class Training:
    """A training in progress, and its position.

    Parameters
    ----------
    model, source, epochs, initial_epoch, validation, validation_freq, callbacks, verbose
        See :func:`run_training`.

    Attributes
    ----------
    epoch, batch : int
        The next batch and its epoch, both counted from 0. A callback may
        set them in its `on_train_begin` and `on_epoch_begin`, to continue elsewhere.
    means : RunningMeans
        Means over the epoch so far.
    history : History
        The metrics of the epochs so far.
    callbacks : CallbackList
        All callbacks, the history and the progress bar included.
    """

    def __init__(
        self,
        model: Trainable,
        source: BatchSource,
        *,
        epochs: int,
        initial_epoch: int = 0,
        validation: BatchSource | None = None,
        validation_freq: int = 1,
        callbacks: Iterable[Callback] | Callback | None = (),
        verbose: int | str = "auto",
    ) -> None:
        self.model, self.source, self.validation = model, source, validation
        self.validation_freq = validation_freq
        self.epochs, self.epoch, self.batch = epochs, initial_epoch, 0
        self.means, self.history = RunningMeans(model.metrics, model.loss), History()
        params = {"epochs": epochs, "steps": number_of_batches(source), "verbose": verbose}
        everyone = [*listed(callbacks), self.history, *progress_callback(verbose)]
        self.callbacks = CallbackList(everyone, model, params, self)

    def run(self) -> History:
        """Run the rest of the training; return its history."""
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
        self.model.next_epoch = epoch + 1
        self.callbacks.call("on_epoch_begin", epoch, {})
        left = itertools.islice(self.source.batches(epoch), self.batch, None)
        for number, batch in enumerate(left, start=self.batch):
            self.callbacks.call("on_train_batch_begin", number, {})
            self.means.update(batch, *self.model.train_step(batch))
            self.batch = number + 1
            logs = self.means.result()
            self.callbacks.call("on_train_batch_end", number, logs | {"size": batch.samples})
            if self.model.stop_training:
                break
        if self.batch == 0 and not self.history.epoch:
            raise ValueError("fit: x holds no batches.")
        if self.batch == 0:
            warnings.warn(f"no data for epoch {epoch + 1}: the training ends.", stacklevel=2)
            self.model.stop_training = True
            return {}
        logs = self.means.result() | self._validate()
        self.epoch, self.batch = epoch + 1, 0
        # Callbacks may add values of their own, such as the learning rate.
        self.callbacks.call("on_epoch_end", epoch, dict(logs))
        return logs

    def _validate(self) -> dict[str, float]:
        if self.validation is None or (self.epoch + 1) % self.validation_freq:
            return {}
        figures = run_evaluation(self.model, self.validation, self.callbacks)
        if not figures:
            message = (
                f"no validation data for epoch {self.epoch + 1}: an iterator can be used only once."
            )
            warnings.warn(message, stacklevel=2)
        return {f"val_{name}": value for name, value in figures.items()}


def run_training(
    model: Trainable,
    source: BatchSource,
    *,
    epochs: int,
    initial_epoch: int = 0,
    validation: BatchSource | None = None,
    validation_freq: int = 1,
    callbacks: Iterable[Callback] | Callback | None = (),
    verbose: int | str = "auto",
) -> History:
    """Train `model` on `source` for the epochs `initial_epoch` to `epochs` - 1.

    Returns
    -------
    History
        The metrics of the epochs, those of `validation`, which is used after every
        `validation_freq` epochs, as "val_...".
    """
    training = Training(
        model,
        source,
        epochs=epochs,
        initial_epoch=initial_epoch,
        validation=validation,
        validation_freq=validation_freq,
        callbacks=callbacks,
        verbose=verbose,
    )
    return training.run()


def run_evaluation(
    model: Trainable, source: BatchSource, callbacks: CallbackList
) -> dict[str, float]:
    """Return the "loss" and the metrics of `model` on `source`; nothing if it holds no batches."""
    # Copies, so that a validation does not change the metrics of the current epoch.
    means = RunningMeans(copy.deepcopy(model.metrics), model.loss)
    callbacks.call("on_test_begin", {})
    result: dict[str, float] = {}
    try:
        for number, batch in enumerate(source.batches(0)):
            callbacks.call("on_test_batch_begin", number, {})
            means.update(batch, *model.test_step(batch))
            logs = means.result() | {"size": batch.samples}
            callbacks.call("on_test_batch_end", number, logs)
            result = means.result()
    finally:
        # A callback that has swapped the weights swaps them back.
        callbacks.call("on_test_end", result)
    return result


def evaluation_callbacks(
    model: Any,
    source: BatchSource,
    callbacks: Iterable[Callback] | Callback | None,
    verbose: int | str,
) -> CallbackList:
    """Return the callbacks of an evaluation outside training, its progress bar included."""
    params = {"epochs": 1, "steps": number_of_batches(source), "verbose": verbose}
    return CallbackList([*listed(callbacks), *progress_callback(verbose)], model, params)
