"""The folder of a run: what it holds, when it may be written, and who keeps it up to date.

It holds what is needed to look at a run and to repeat it: ``model.keras``, ``history.csv`` (a row
per epoch), and ``run.json`` (command, arguments, data, machine, versions, and at the end the
figures on the test images).
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from minicnn.saving.atomic import atomic_write
from minicnn.training import Callback

__all__ = [
    "HISTORY_FILE",
    "MODEL_FILE",
    "RUN_FILE",
    "RunRecorder",
    "check_run_folder",
    "prepare_run_folder",
    "write_json",
]

MODEL_FILE, HISTORY_FILE, RUN_FILE = "model.keras", "history.csv", "run.json"
_FILES = (MODEL_FILE, HISTORY_FILE, RUN_FILE)


def check_run_folder(out: Path, *, overwrite: bool) -> None:
    """Refuse a place for a run before any work is done; nothing is written.

    Raises
    ------
    FileExistsError
        If there is a run in it and `overwrite` is false.
    OSError
        If it is no folder, or no folder can be made or written there.
    """
    place = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not place.is_dir():
        raise NotADirectoryError(f"{out} cannot be a run folder: {place} is a file.")
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(f"{out} cannot be a run folder: {place} cannot be written.")
    if not overwrite and any((out / name).exists() for name in _FILES):
        raise FileExistsError(
            f"{out} holds a run already; choose another folder or pass --overwrite."
        )


def prepare_run_folder(out: Path, *, overwrite: bool) -> None:
    """Make the folder of a run, without the files of another.

    Raises
    ------
    OSError
        As :func:`check_run_folder`.
    """
    check_run_folder(out, overwrite=overwrite)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise type(error)(f"{out} cannot be a run folder: {error.strerror}.") from error


class RunRecorder(Callback):
    """Keeps the run folder up to date: model and history after every epoch.

    Parameters
    ----------
    out : Path
        The run folder.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.rows: list[dict[str, Any]] = []
        #: Training images per second of each epoch, validation left out.
        self.rates: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self._samples, self._start = 0, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count images and seconds of the training steps."""
        self._samples += int((logs or {})["size"])
        self._seconds = time.perf_counter() - self._start

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write history and model."""
        self.rates.append(self._samples / self._seconds)
        figures = dict(logs or {})
        row = {"epoch": epoch + 1, **figures, "images_per_second": round(self.rates[-1], 2)}
        self.rows.append(row)
        with atomic_write(self.out / HISTORY_FILE) as file:
            lines = [",".join(row), *(",".join(str(v) for v in r.values()) for r in self.rows)]
            file.write(("\n".join(lines) + "\n").encode())
        self.model.save(self.out / MODEL_FILE)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a dict for people and programs, whole or not at all."""
    with atomic_write(path) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())
