"""The resume mechanism: a training's state in files, and a training that goes on from them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from minicnn.training.callbacks.base import Callback, Logs
from minicnn.training.checkpoint import Checkpoints
from minicnn.training.state import get_state, set_state

__all__ = ["Checkpointing"]


class Checkpointing(Callback):
    """Write checkpoints, and begin where one left off.

    A training that goes on from a checkpoint ends, bit for bit, as one that was never
    interrupted: it repeats the batches since then and does the rest.

    Parameters
    ----------
    checkpoints : Checkpoints
        Where they are.
    every : int, optional
        Number of batches from one checkpoint to the next: what may have to be repeated.
    epochs : bool
        Whether one is written at the end of each epoch as well.
    state : dict, optional
        The state to go on from.
    identity : dict, optional
        Kept in each checkpoint beside the state, for the one who resumes.
    interrupted : callable, optional
        Asked after each batch; if true a checkpoint is written and KeyboardInterrupt raised.

    Attributes
    ----------
    seconds : float
        Time that the checkpoints of this process took.
    """

    last: ClassVar[bool] = True

    def __init__(
        self,
        checkpoints: Checkpoints,
        *,
        every: int | None,
        epochs: bool = True,
        state: dict[str, Any] | None = None,
        identity: dict[str, Any] | None = None,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.checkpoints = checkpoints
        self.every, self.epochs = every, epochs
        self.state, self.identity = state, identity or {}
        self.interrupted = interrupted
        self.seconds = 0.0
        self._batches = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Go to the epoch of the state; behind all others, which have begun anew by now."""
        self._batches = 0
        if self.state is None:
            return
        self.training.epoch = self.state["epoch"]
        if self.state["batch"] == 0 or self.training.epoch >= self.training.epochs:
            self._resume(self.state)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Go to the batch of the state; what others have done for a new epoch is undone."""
        if self.state is not None:
            self._resume(self.state)

    def _resume(self, state: dict[str, Any]) -> None:
        set_state(self.training, state)
        self.state = None

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write a checkpoint if it is time."""
        self._batches += 1
        # A training that was told to stop is at the end of its epoch: that is the place to save.
        due = self._batches == self.every and not self.model.stop_training
        if due or self.interrupted():
            self._save()
        self._stop_if_interrupted()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Break off a validation if asked to."""
        self._stop_if_interrupted()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write a checkpoint if that has happened, from which the validation is repeated."""
        if self.interrupted():
            self._save()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a checkpoint, if asked for."""
        if self.epochs or self.interrupted():
            self._save()
        self._stop_if_interrupted()

    def _save(self) -> None:
        start = time.perf_counter()
        self.checkpoints.save({"identity": self.identity, "training": get_state(self.training)})
        self.seconds += time.perf_counter() - start
        self._batches = 0

    def _stop_if_interrupted(self) -> None:
        if self.interrupted():
            epoch, batch = self.training.epoch, self.training.batch
            where = f"batch {batch} of epoch {epoch + 1}" if batch else f"epoch {epoch}"
            raise KeyboardInterrupt(f"stopped after {where}")
