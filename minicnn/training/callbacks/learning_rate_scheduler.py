"""A learning rate for each epoch, from a function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minicnn.streams import say
from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["LearningRateScheduler"]


class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch, with Keras's arguments.

    It also adds "learning_rate" to the figures of each epoch.

    Parameters
    ----------
    schedule : callable
        ``schedule(epoch, learning_rate)`` gives the epoch's rate, a float, from the number of the
        epoch, counted from 0, and the rate before it; ``schedule(epoch)`` will do, too.
    verbose : {0, 1}
        Whether to say so.

    Raises
    ------
    ValueError
        Before an epoch, if the schedule gives no float.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate."""
        try:
            rate = self.schedule(epoch, self.model.optimizer.learning_rate)
        except TypeError:
            rate = self.schedule(epoch)
        if not isinstance(rate, float | np.float32):
            raise ValueError(
                f"LearningRateScheduler: schedule must give a float, got {rate!r} for epoch "
                f"{epoch}."
            )
        self.model.optimizer.learning_rate = rate
        if self.verbose > 0:
            say(f"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the figures."""
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.next_rate()
