"""An end to a training that has diverged."""

from __future__ import annotations

import math

from minicnn.streams import say
from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["TerminateOnNaN"]


class TerminateOnNaN(Callback):
    """End the training after a batch that makes the epoch's loss NaN or infinite, as Keras does.

    Parameters
    ----------
    raise_error : bool
        Whether to raise an error at once; otherwise the training ends as if stopped.

    Raises
    ------
    RuntimeError
        At such a batch, if asked for.
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"TerminateOnNaN: the loss is {loss} at batch {batch}.")
        say(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
