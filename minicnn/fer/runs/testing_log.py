"""The figures on the test images after every epoch, for the record; nothing is decided by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minicnn.callbacks import Callback, ModelCheckpoint
from minicnn.data.batches import BatchSource

__all__ = ["TestingLog", "log_test_images"]


class TestingLog(Callback):
    """Adds "test_loss" and the metrics as "test_..." to the figures of each epoch.

    Parameters
    ----------
    source : BatchSource
        The test images.
    """

    def __init__(self, source: BatchSource) -> None:
        self.source = source

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Evaluate, and add to the figures."""
        figures = self.model.evaluate(self.source, verbose=0, return_dict=True)
        if logs is not None:
            logs.update({f"test_{name}": value for name, value in figures.items()})


def log_test_images(source: BatchSource, best: Path) -> list[Callback]:
    """Return what logs the test images and keeps the model that was best on them in `best`."""
    return [
        TestingLog(source),
        ModelCheckpoint(best, "test_accuracy", save_best_only=True, mode="max"),
    ]
