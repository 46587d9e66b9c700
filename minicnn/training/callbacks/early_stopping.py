"""Early stopping: end the training once a metric has stopped improving."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minicnn.intervals import whole_number_in
from minicnn.streams import say
from minicnn.training.callbacks.base import Logs
from minicnn.training.callbacks.monitor import Monitor

__all__ = ["EarlyStopping"]


class EarlyStopping(Monitor):
    """Stop after a number of epochs without improvement, with Keras's arguments and decisions.

    Parameters
    ----------
    monitor, min_delta, mode
        See :class:`~minicnn.training.callbacks.monitor.Monitor`.
    patience : int
        Epochs without improvement after which the training stops.
    verbose : {0, 1}
        Whether to say at the end that it has stopped, and what was restored.
    baseline : float, optional
        Epochs that are not better than this do not reset the patience.
    restore_best_weights : bool
        Whether the model ends with the weights of its best epoch. A training that an error
        ends keeps its current weights.
    start_from_epoch : int
        Number of epochs at the beginning to ignore.

    Attributes
    ----------
    best : float or None
        The best figure so far, of epoch `best_epoch`.
    wait : int
        Epochs since then.
    stopped_epoch : int
        The epoch after which the training was stopped; 0 if it was not.

    Raises
    ------
    ValueError
        If a number is out of range.

    Warns
    -----
    UserWarning
        At the end of each epoch that does not have the figure.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = whole_number_in("[0, inf)", patience, "EarlyStopping: patience")
        self.verbose, self.baseline = verbose, baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = whole_number_in(
            "[0, inf)", start_from_epoch, "EarlyStopping: start_from_epoch"
        )
        self._reset()

    def _reset(self) -> None:
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best: float | None = None
        self.best_weights: list[np.ndarray] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Reset."""
        self._reset()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count, and stop the training if the patience is used up."""
        value = self._value(logs or {})
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.is_improvement(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.is_improvement(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _value(self, logs: dict[str, Any]) -> float | None:
        if self.monitor not in logs:
            warnings.warn(
                f"EarlyStopping monitors {self.monitor!r}, which this epoch does not have; it has "
                f"{', '.join(logs)}.",
                stacklevel=3,
            )
        return logs.get(self.monitor)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights, if asked for."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            say(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                say(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)

    def get_state(self) -> dict[str, Any]:
        """Return the counts, the best figure and its weights."""
        names = ("wait", "stopped_epoch", "best_epoch", "best", "best_weights")
        return {name: getattr(self, name) for name in names}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue counting from there."""
        vars(self).update(state)
