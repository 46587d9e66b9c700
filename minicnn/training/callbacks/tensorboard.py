"""Losses, metrics and the learning rate as files that TensorBoard shows."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

from minicnn.files import path_text
from minicnn.intervals import whole_number_in
from minicnn.training.callbacks.base import Callback, Logs
from minicnn.training.event_file import EventFile

__all__ = ["TensorBoard"]


class TensorBoard(Callback):
    """Write the scalars that Keras writes, under its tags, for ``tensorboard --logdir logs``.

    `log_dir`/train holds "epoch_loss", the metrics and "epoch_learning_rate" by epoch, and
    "batch_loss" and others by batch if `update_freq` asks for them. `log_dir`/validation holds
    "epoch_loss" and others of the validation, and "evaluation_loss_vs_iterations" and others of
    every evaluation. Histograms, images, graphs, embeddings and profiles are not written.

    Parameters
    ----------
    log_dir : str or path
        Every training adds new files to it.
    write_graph, write_images : bool
        Accepted for compatibility with Keras; nothing is written.
    write_steps_per_second : bool
        Whether to write the speed as well.
    update_freq : "epoch", "batch" or int
        Whether to write the figures of the epoch so far after every batch, or after so many.
    histogram_freq, profile_batch, embeddings_freq : 0
    embeddings_metadata : None

    Raises
    ------
    ValueError
        If `update_freq` is something else, or an argument asks for what is not written; in the
        training, if a metric has several values.
    OSError
        In the training, if a file cannot be written.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: int = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: object = None,
        **older: Any,
    ) -> None:
        self.log_dir = path_text(log_dir)
        self.histogram_freq, self.profile_batch = histogram_freq, profile_batch
        self.embeddings_freq, self.embeddings_metadata = embeddings_freq, embeddings_metadata
        for name in ("histogram_freq", "profile_batch", "embeddings_freq", "embeddings_metadata"):
            if getattr(self, name):
                raise ValueError(
                    f"TensorBoard: {name}={getattr(self, name)!r} is not supported; only scalars "
                    "are written, so leave it out."
                )
        self.write_graph, self.write_images = write_graph, write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        if self.update_freq != "epoch":
            self.update_freq = whole_number_in(
                "[1, inf)", self.update_freq, "TensorBoard: update_freq"
            )
        self._files: dict[str, EventFile] = {}
        self._batches = 0
        super().__init__(**older)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Count batches anew."""
        self._batches = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Take the time."""
        self._epoch_start = time.perf_counter(), self.model.optimizer.iterations

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Count, and take the time."""
        self._batches += 1
        self._batch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the figures of the epoch so far, if it is time."""
        if self.update_freq == "epoch" or self._batches % int(self.update_freq):
            return
        if self.write_steps_per_second:
            seconds = time.perf_counter() - self._batch_start
            self._write("train", {"batch_steps_per_second": 1 / seconds}, self._batches)
        figures = {f"batch_{name}": value for name, value in _figures(logs).items()}
        self._write("train", figures, self._batches)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the figures of the epoch and its validation."""
        train, validation = {}, {}
        for name, value in _figures(logs).items():
            if name.startswith("val_"):
                validation[f"epoch_{name.removeprefix('val_')}"] = value
            else:
                train[f"epoch_{name}"] = value
        train["epoch_learning_rate"] = self.model.optimizer.learning_rate
        if self.write_steps_per_second:
            start, iterations = self._epoch_start
            steps = self.model.optimizer.iterations - iterations
            train["epoch_steps_per_second"] = steps / (time.perf_counter() - start)
        self._write("train", train, epoch)
        self._write("validation", validation, epoch)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write the figures of an evaluation over the number of training steps."""
        figures = {f"evaluation_{k}_vs_iterations": v for k, v in _figures(logs).items()}
        self._write("validation", figures, self.model.optimizer.iterations)

    def _write(self, folder: str, figures: dict[str, Any], step: int) -> None:
        for tag, value in figures.items():
            if np.size(value) != 1:
                raise ValueError(
                    f"TensorBoard: {tag} has {np.size(value)} values, expected one; give the "
                    "metric an average, or leave it out."
                )
            if folder not in self._files:
                self._files[folder] = EventFile(os.path.join(self.log_dir, folder))
            self._files[folder].scalar(tag, float(np.asarray(value).item()), step)

    def get_state(self) -> dict[str, Any]:
        """Return the number of batches, if they are written."""
        return {} if self.update_freq == "epoch" else {"batches": self._batches}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from there."""
        self._batches = state["batches"]

    def close(self) -> None:
        """Close the files; the next training begins new ones."""
        for file in self._files.values():
            file.close()
        self._files = {}


def _figures(logs: Logs | None) -> Logs:
    return {name: value for name, value in (logs or {}).items() if name != "size"}
