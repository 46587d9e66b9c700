"""The callback methods of a training, and a list of callbacks called as one."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any, ClassVar, Self

from minicnn.configurable import Configurable
from minicnn.registry import described

__all__ = ["Callback", "CallbackList", "Logs", "listed"]

#: Figures by name: "loss", "val_accuracy".
Logs = dict[str, float]


class Callback(Configurable):
    """Actions during a training; each method does nothing by default.

    Attributes
    ----------
    model : Sequential
        The model that is trained; set ``model.stop_training = True`` to end after this batch and,
        at the end of an epoch, after this epoch.
    params : dict
        "epochs", "steps" (batches in an epoch) and "verbose".
    training : Training or None
        The training in progress and its position. None in an evaluation outside training.
    """

    keras_module = "keras.callbacks"
    #: Whether it is called behind all others, so that it sees what they have done.
    last: ClassVar[bool] = False

    model: Any = None
    params: dict[str, Any] = {}  # noqa: RUF012  (replaced by set_params, never changed)
    training: Any = None

    def set_model(self, model: Any) -> None:
        """Take the model that is trained."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Take what is known before the training."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, unless an error ended it; `logs` are its figures."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch; the first one has number 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch, its validation included; `logs` are its figures."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Keras's older name of :meth:`on_train_batch_begin`, which calls it."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Keras's older name of :meth:`on_train_batch_end`, which calls it."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a training step."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a training step; `logs` are the epoch's means so far and the batch's size."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before an evaluation or a validation."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """After an evaluation or a validation, also if it was interrupted."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of an evaluation; `logs` are the means so far and the batch's size."""

    # -- beyond Keras --

    def get_state(self) -> dict[str, Any]:
        """Return the state that the callback needs in a resumed training.

        Names to numbers, texts, None, arrays, and lists and dicts of these. Nothing by default.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from a state of :meth:`get_state`; called after :meth:`on_train_begin`."""

    def close(self) -> None:
        """Release resources (a file, the terminal), however the training has ended."""


def listed(callbacks: Any) -> list[Callback]:
    """Return the callbacks that a training was given: several, one, or None.

    Raises
    ------
    ValueError
        If one of them is not a :class:`Callback`, or is a class.
    """
    alone = isinstance(callbacks, Callback) or not isinstance(callbacks, Iterable)
    everyone = [] if callbacks is None else [callbacks] if alone else list(callbacks)
    for callback in everyone:
        if not isinstance(callback, Callback):
            raise ValueError(
                f"callbacks: expected instances of minicnn.callbacks.Callback, got "
                f"{described(callback)}."
            )
    return everyone


class CallbackList:
    """Several callbacks called as one, in order; those that are `last` come after the others.

    As a context manager it closes them at the end.

    Raises
    ------
    ValueError
        If one of them is not a :class:`Callback`.
    """

    def __init__(
        self,
        callbacks: Iterable[Callback],
        model: Any,
        params: dict[str, Any],
        training: Any = None,
    ) -> None:
        self.callbacks = listed(callbacks)
        self.callbacks.sort(key=lambda callback: callback.last)
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)
            callback.training = training

    def call(self, moment: str, *args: Any) -> None:
        """Call the method `moment`, such as "on_epoch_end", of every callback."""
        for callback in self.callbacks:
            getattr(callback, moment)(*args)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        for callback in reversed(self.callbacks):
            callback.close()
