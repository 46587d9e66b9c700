"""Save the model to a file, after every epoch or whenever it is the best so far."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from minicnn.files import path_text
from minicnn.intervals import NotFiniteError
from minicnn.streams import say
from minicnn.training.callbacks.base import Logs
from minicnn.training.callbacks.checkpointing import checked_save_freq
from minicnn.training.callbacks.monitor import Monitor

__all__ = ["ModelCheckpoint"]


class ModelCheckpoint(Monitor):
    """Save the model during the training, with Keras's arguments and decisions.

    A file is either complete or absent. To continue an interrupted training, use
    :class:`~minicnn.training.callbacks.BackupAndRestore`: a model file does not record the
    position in an epoch.

    Parameters
    ----------
    filepath : str or path
        Ends in ".keras", or in ".weights.h5" for weights alone; or in ".h5" or ".hdf5", for Keras's
        older format. "{epoch}" and the names of figures in braces are filled in:
        "{epoch:02d}-{val_loss:.2f}.keras". Folders are made.
    monitor, mode
        See :class:`~minicnn.training.callbacks.monitor.Monitor`; for `save_best_only`.
    verbose : {0, 1}
        Whether to say what is saved and why.
    save_best_only : bool
        Whether only a model better than all before is saved.
    save_weights_only : bool
        Whether the file holds weights and optimizer state, but no network.
    save_freq : "epoch" or int
        After each epoch, or after so many batches.
    initial_value_threshold : float, optional
        Initial value of the best so far.

    Attributes
    ----------
    best : float or None
        The best figure so far.
    period : int
        Number of epochs after which to save, if `save_freq` is "epoch".

    Raises
    ------
    ValueError
        If the path's ending or `save_freq` does not fit, or braces in it do not hold the name of a
        value; when saving, if they name an unknown one.
    OSError
        When saving, if the file cannot be written.

    Warns
    -----
    UserWarning
        If the best is to be saved and the figure is missing; the model is then saved. If weights
        are NaN or infinite; the model is then not saved.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        **older: Any,
    ) -> None:
        super().__init__(monitor, mode, best=initial_value_threshold)
        self.initial_value_threshold = initial_value_threshold
        self.filepath, self.verbose = path_text(filepath), verbose
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.save_freq = checked_save_freq("ModelCheckpoint", save_freq)
        ending = ".weights.h5" if save_weights_only else ".keras"
        if not self.filepath.endswith((ending, ".h5", ".hdf5")):
            raise ValueError(
                f"ModelCheckpoint: filepath must end in {ending!r}, got {self.filepath!r}."
            )
        _check_template(self.filepath)
        self._epoch = self._epochs = self._batches = 0
        self.period = 1
        self.accept_others("ModelCheckpoint", older)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Take the number of the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save, if it is time."""
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches >= int(self.save_freq):
            self._batches = 0
            self._save({"epoch": self._epoch + 1, "batch": batch + 1}, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, if it is time."""
        self._epochs += 1
        if self.save_freq == "epoch" and self._epochs >= self.period:
            self._epochs = 0
            self._save({"epoch": epoch + 1}, logs or {})

    def _save(self, place: dict[str, int], logs: dict[str, Any]) -> None:
        try:
            path = self.filepath.format(**(logs | place))
        except KeyError as error:
            raise ValueError(
                f"ModelCheckpoint: {self.filepath!r} names the unknown value {error}, expected "
                "one of "
                f"{', '.join(place | logs)}."
            ) from None
        before = self.best
        if not self._wanted(place["epoch"], logs, path):
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        try:
            if self.save_weights_only:
                self.model.save_weights(path)
            else:
                self.model.save(path)
        except NotFiniteError as error:  # what stops a diverging training must have its turn
            self.best = before
            warnings.warn(f"ModelCheckpoint: {error}", stacklevel=3)

    def _wanted(self, epoch: int, logs: dict[str, Any], path: str) -> bool:
        if not self.save_best_only:
            self._say(f"Epoch {epoch}: saving model to {path}")
            return True
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"ModelCheckpoint monitors {self.monitor!r}, which this epoch does not have; it "
                "saves "
                "the model, best or not.",
                stacklevel=4,
            )
            return True
        before = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_improvement(value, self.best):
            self._say(f"Epoch {epoch}: {self.monitor} did not improve from {before}")
            return False
        self._say(
            f"Epoch {epoch}: {self.monitor} improved from {before} to {value:.5f}, "
            f"saving model to {path}"
        )
        self.best = value
        return True

    def _say(self, message: str) -> None:
        if self.verbose > 0:
            say(message)

    def get_state(self) -> dict[str, Any]:
        """Return the best figure, and the batches and epochs since the last file."""
        return {"best": self.best, "batches": self._batches, "epochs": self._epochs}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from there."""
        self.best, self._batches = state["best"], state["batches"]
        self._epochs = state.get("epochs", 0)  # states of version 0.2 have none


class _Values(dict[str, float]):
    """Stands for the figures that a training will have: floats, or numbers of something."""

    def __init__(self, figure: float) -> None:
        super().__init__(epoch=1, batch=1)
        self.figure = figure

    def __missing__(self, name: str) -> float:
        return self.figure


def _check_template(filepath: str) -> None:
    """Raise a ValueError if a path cannot be filled in, whatever figures there will be."""
    with suppress(ValueError, LookupError, AttributeError, TypeError):
        filepath.format_map(_Values(1))
        return
    try:
        filepath.format_map(_Values(1.0))
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise ValueError(
            f"ModelCheckpoint: {filepath!r} cannot be filled in ({error}); braces hold the name of "
            "a value, as in {epoch:02d} or {val_loss:.2f}, and {{ and }} stand for themselves."
        ) from None
