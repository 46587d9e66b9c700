"""History: the figures of every epoch, which ``fit`` returns."""

from __future__ import annotations

from typing import Any

from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["History"]


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

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew."""
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the epoch's figures."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def get_state(self) -> dict[str, Any]:
        """Return the figures so far."""
        return {"epoch": self.epoch, "history": self.history}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on behind these figures."""
        self.epoch, self.history = state["epoch"], state["history"]
