"""The models of a run's best epochs, which it keeps besides the last one."""

from __future__ import annotations

from typing import Any

from minicnn.callbacks import Callback, ModelCheckpoint
from minicnn.data.batches import BatchSource
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.sources import Sources

__all__ = ["TestingLog", "keep_best_models"]


def keep_best_models(folder: RunFolder, config: TrainingConfig, sources: Sources) -> list[Callback]:
    """Return the callbacks that write best.keras and, with `log_test`, best-on-test.keras."""
    callbacks: list[Callback] = []
    if sources.validation is not None:
        callbacks.append(ModelCheckpoint(folder.best, "val_accuracy", save_best_only=True))
    if config.log_test:
        callbacks += [
            TestingLog(sources.test),
            ModelCheckpoint(folder.best_on_test, "test_accuracy", save_best_only=True, mode="max"),
        ]
    return callbacks


class TestingLog(Callback):
    """Adds "test_loss" and the metrics as "test_..." to the logs of each epoch.

    They are only recorded and decide nothing.

    Parameters
    ----------
    source : BatchSource
        The test images.
    """

    def __init__(self, source: BatchSource) -> None:
        self.source = source

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Evaluate, and add to the logs."""
        results = self.model.evaluate(self.source, verbose=0, return_dict=True)
        if logs is not None:
            logs.update({f"test_{name}": value for name, value in results.items()})
