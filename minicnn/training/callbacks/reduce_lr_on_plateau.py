"""Smaller steps once a figure has stopped improving."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minicnn.intervals import number_in, whole_number_in
from minicnn.streams import say
from minicnn.training.callbacks.base import Logs
from minicnn.training.callbacks.monitor import Monitor

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(Monitor):
    """Multiply the learning rate by a factor, with Keras's arguments and decisions.

    It also adds "learning_rate" to the figures of each epoch.

    Parameters
    ----------
    monitor, mode, min_delta
        See :class:`~minicnn.training.callbacks.monitor.Monitor`.
    factor : float
        What the rate is multiplied by, below 1.
    patience : int
        Epochs without improvement after which that happens.
    verbose : {0, 1}
        Whether to say so.
    cooldown : int
        Epochs after it that do not count.
    min_lr : float
        The rate does not fall below this.

    Attributes
    ----------
    best : float or None
        The best figure so far.
    wait, cooldown_counter : int
        Epochs without improvement; epochs of the cooldown that are left.

    Raises
    ------
    ValueError
        If a number is out of range.
    TypeError
        When the rate is to be changed, if it follows a schedule.

    Warns
    -----
    UserWarning
        At the end of each epoch that does not have the figure.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.factor = number_in("[0, 1)", factor, "ReduceLROnPlateau: factor")
        self.patience = whole_number_in("[0, inf)", patience, "ReduceLROnPlateau: patience")
        self.cooldown = whole_number_in("[0, inf)", cooldown, "ReduceLROnPlateau: cooldown")
        self.min_lr = number_in("[0, inf)", min_lr, "ReduceLROnPlateau: min_lr")
        self.verbose = verbose
        self._reset()

    def _reset(self) -> None:
        self.best: float | None = None
        self.wait = self.cooldown_counter = 0

    def in_cooldown(self) -> bool:
        """Whether epochs do not count at present."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count, and reduce the rate if it is enough."""
        logs = {} if logs is None else logs
        logs["learning_rate"] = self.model.optimizer.next_rate()
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"ReduceLROnPlateau monitors {self.monitor!r}, which this epoch does not have; it "
                f"has {', '.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_improvement(value, self.best):
            self.best, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter, self.wait = self.cooldown, 0

    def _reduce(self, epoch: int) -> bool:
        optimizer = self.model.optimizer
        if np.float32(optimizer.learning_rate) <= np.float32(self.min_lr):
            return False
        optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_lr)
        if self.verbose > 0:
            say(
                f"Epoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to "
                f"{optimizer.learning_rate}."
            )
        return True

    def get_state(self) -> dict[str, Any]:
        """Return the counts and the best figure."""
        return {name: getattr(self, name) for name in ("best", "wait", "cooldown_counter")}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on counting from there."""
        vars(self).update(state)
