"""The resume mechanism: saving a training's state to files, and continuing from them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from minicnn.intervals import whole_number_in
from minicnn.training.callbacks.base import Callback, Logs
from minicnn.training.checkpoint import Checkpoints
from minicnn.training.state import get_state, set_state

__all__ = ["Checkpointing", "checked_save_freq"]


def checked_save_freq(title: str, save_freq: Any) -> str | int:
    """Return "epoch" or a number of batches.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if isinstance(save_freq, str) and save_freq == "epoch":
        return "epoch"
    try:
        return whole_number_in("[1, inf)", save_freq, f"{title}: save_freq")
    except ValueError:
        raise ValueError(
            f"{title}: save_freq must be 'epoch' or a number of batches, got {save_freq!r}."
        ) from None


class Checkpointing(Callback):
    """Write checkpoints, and continue from one.

    A training that continues from a checkpoint gives results bit-identical to an uninterrupted one:
    it repeats the batches since the checkpoint and does the rest.

    Parameters
    ----------
    checkpoints : Checkpoints
        The checkpoints to write.
    every : int, optional
        Number of batches between checkpoints: the most that may have to be repeated.
    epochs : bool
        Whether to write one at the end of each epoch as well.
    state : dict, optional
        The state to continue from.
    identity : dict, optional
        Stored in each checkpoint with the state, for the caller that resumes.
    interrupted : callable, optional
        Called after each batch; if it returns true, a checkpoint is written and KeyboardInterrupt
        is raised.

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
        """Go to the epoch of the state; runs last, when all others have been reset."""
        self._batches = 0
        if self.state is None:
            return
        self.training.epoch = self.state["epoch"]
        if self.state["batch"] == 0 or self.training.epoch >= self.training.epochs:
            self._resume(self.state)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Go to the batch of the state; undo what other callbacks did for a new epoch."""
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
        """Stop a validation if interrupted."""
        self._stop_if_interrupted()

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write a checkpoint if it was stopped; resuming repeats the validation."""
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
