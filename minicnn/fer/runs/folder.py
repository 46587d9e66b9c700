"""The folder of a run: what it holds, when it may be written, and who keeps it up to date.

It holds what is needed to look at a run, to repeat it and to go on with it:

- ``config.toml``: the configuration; ``minicnn train --config`` takes it.
- ``run.json``: command, data, machine, versions, and at the end the figures on the test images.
- ``history.csv``: a row per epoch; the same, byte for byte, however often the run was resumed.
- ``timing.csv``: seconds and images per second of each epoch.
- ``model.keras``: the model after the last epoch.
- ``best.keras``: that of the epoch with the best accuracy on the images the run is watched on.
- ``best-on-test.keras``: with ``log_test``, that of the epoch with the best accuracy on the test
  images.
- ``checkpoints/``: from where ``--resume`` goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from minicnn.callbacks import Callback
from minicnn.files import atomic_write

__all__ = [
    "BEST_FILE",
    "BEST_ON_TEST_FILE",
    "CHECKPOINT_FOLDER",
    "CONFIG_FILE",
    "HISTORY_FILE",
    "MODEL_FILE",
    "RUN_FILE",
    "TIMING_FILE",
    "RunRecorder",
    "belongs_to_run",
    "check_run_folder",
    "prepare_run_folder",
    "set_run_aside",
    "write_json",
    "write_text",
]

MODEL_FILE, BEST_FILE, BEST_ON_TEST_FILE = "model.keras", "best.keras", "best-on-test.keras"
HISTORY_FILE, TIMING_FILE = "history.csv", "timing.csv"
CONFIG_FILE, RUN_FILE = "config.toml", "run.json"
CHECKPOINT_FOLDER = "checkpoints"
_OWN = (
    MODEL_FILE,
    BEST_FILE,
    BEST_ON_TEST_FILE,
    HISTORY_FILE,
    TIMING_FILE,
    CONFIG_FILE,
    RUN_FILE,
    CHECKPOINT_FOLDER,
)


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
    if not overwrite and _present(out):
        raise FileExistsError(
            f"{out} holds a run already; go on with it with --resume, replace it with --overwrite, "
            "or choose another folder."
        )


def belongs_to_run(path: Path, out: Path) -> bool:
    """Whether a file is one of those that a run in the folder replaces, or in a folder of those."""
    own = [(out / name).resolve() for name in _OWN]
    return any(place in own for place in (path.resolve(), *path.resolve().parents))


def _present(out: Path) -> list[Path]:
    """What belongs to a run in the folder."""
    return [out / name for name in _OWN if (out / name).exists()]


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
        for path in _present(out):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise type(error)(f"{out} cannot be a run folder: {error.strerror}.") from error


def set_run_aside(out: Path) -> Path | None:
    """Move a run into a folder of its own in the run folder, and return that.

    None if there is nothing that took work: no model and no checkpoint.
    """
    work = [out / MODEL_FILE, out / BEST_FILE, *(out / CHECKPOINT_FOLDER).glob("*.checkpoint")]
    if not any(path.exists() for path in work):
        return None
    number = 1
    while (out / f"earlier-{number}").exists():
        number += 1
    aside = out / f"earlier-{number}"
    aside.mkdir()
    for path in _present(out):
        path.rename(aside / path.name)
    return aside


class RunRecorder(Callback):
    """Keeps the run folder up to date: model, history and timing after every epoch.

    Parameters
    ----------
    out : Path
        The run folder.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.rows: list[dict[str, Any]] = []
        #: Seconds and images per second of each epoch; the rate leaves out the validation.
        self.timing: list[dict[str, Any]] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._samples, self._seconds, self._start = 0, 0.0, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count images and seconds of the training steps."""
        self._samples += int((logs or {})["size"])
        self._seconds = time.perf_counter() - self._start

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write model, history and timing."""
        self.model.save(self.out / MODEL_FILE)
        self.rows.append({"epoch": epoch + 1} | (logs or {}))
        # An epoch that was resumed behind its last batch has no rate.
        rate = round(self._samples / self._seconds, 2) if self._samples else None
        seconds = round(time.perf_counter() - self._start, 2)
        self.timing.append({"epoch": epoch + 1, "seconds": seconds, "images_per_second": rate})
        write_text(self.out / HISTORY_FILE, _csv(self.rows))
        write_text(self.out / TIMING_FILE, _csv(self.timing))

    def get_state(self) -> dict[str, Any]:
        """Return the rows so far."""
        return {"rows": self.rows, "timing": self.timing}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on behind these rows."""
        self.rows, self.timing = state["rows"], state["timing"]


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(",".join("" if v is None else str(v) for v in line) + "\n" for line in lines)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a dict for people and programs, whole or not at all."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with atomic_write(path) as file:
        file.write(text.encode())
