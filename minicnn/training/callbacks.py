"""Callbacks: what happens beside the training, at fixed moments, under Keras's names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["Callback", "CallbackList", "History"]


class Callback:
    """Something to do at the moments of a training; each method does nothing by default.

    Attributes
    ----------
    model : Sequential
        The model that is trained; set ``model.stop_training = True`` to end after the epoch.
    params : dict
        "epochs", "steps" (batches in an epoch) and "verbose".
    """

    model: Any = None
    params: dict[str, Any] = {}  # noqa: RUF012  (replaced by set_params, never changed)

    def set_model(self, model: Any) -> None:
        """Take the model that is trained."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Take what is known before the training."""
        self.params = params

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """After the last epoch; `logs` are its figures."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Before an epoch; the first one has number 0."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """After an epoch, its validation included; `logs` are its figures."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a training step."""

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a training step; `logs` are the epoch's means so far."""

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before an evaluation or a validation."""

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """After an evaluation or a validation."""

    def on_test_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of an evaluation; `logs` are the means so far."""


class CallbackList:
    """Several callbacks called as one, in order.

    Raises
    ------
    ValueError
        If one of them is not a :class:`Callback`.
    """

    def __init__(self, callbacks: Iterable[Callback], model: Any, params: dict[str, Any]) -> None:
        self.callbacks = list(callbacks)
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise ValueError(
                    f"callbacks: expected instances of Callback, got {type(callback).__name__}."
                )
            callback.set_model(model)
            callback.set_params(params)

    def call(self, moment: str, *args: Any) -> None:
        """Call the method `moment`, such as "on_epoch_end", of every callback."""
        for callback in self.callbacks:
            getattr(callback, moment)(*args)


class History(Callback):
    """The figures of every epoch.

    Attributes
    ----------
    epoch : list of int
        Numbers of the epochs, from 0.
    history : dict of str to list of float
        "loss", "accuracy", "val_loss", ...: a value per epoch.
    """

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Begin anew."""
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add the epoch's figures."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
