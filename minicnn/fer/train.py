"""Train the documented network and leave a run folder behind.

A run folder holds what is needed to look at the run and to repeat it: ``model.keras``,
``history.csv`` (a row per epoch), and ``run.json`` (command, arguments, data, machine, versions,
and at the end the figures on the test images).
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.fer.batches import ImageBatches, hold_out
from minicnn.fer.labels import EMOTIONS
from minicnn.fer.machine import describe_machine, peak_memory_mib
from minicnn.fer.network import fer_network
from minicnn.saving.atomic import atomic_write
from minicnn.sequential import Sequential
from minicnn.training import Callback, History

__all__ = ["prepare_run_folder", "train"]

MODEL_FILE, HISTORY_FILE, RUN_FILE = "model.keras", "history.csv", "run.json"


def prepare_run_folder(out: Path, *, overwrite: bool) -> None:
    """Make the folder of a run.

    Raises
    ------
    FileExistsError
        If there is a run in it and `overwrite` is false.
    OSError
        If it cannot be made.
    """
    if any((out / name).exists() for name in (MODEL_FILE, HISTORY_FILE, RUN_FILE)):
        if not overwrite:
            raise FileExistsError(
                f"{out} holds a run already; choose another folder or pass --overwrite."
            )
        for name in (MODEL_FILE, HISTORY_FILE, RUN_FILE):
            (out / name).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)


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


def train(
    dataset: Dataset,
    out: str | Path,
    *,
    epochs: int = 128,
    batch_size: int = 32,
    validation_split: float = 0.1,
    seed: int = 0,
    overwrite: bool = False,
    verbose: int | str = "auto",
    source: str = "",
) -> tuple[Sequential, History]:
    """Train the documented network as documented, without augmentation.

    Parameters
    ----------
    dataset : Dataset
        FER2013 or the synthetic faces.
    out : str or Path
        Run folder; made if need be.
    epochs, batch_size : int
        Passes over the training images, images per step.
    validation_split : float
        Share of every class that is held out of the training images to watch the training;
        0 for none. The test images are looked at once, after the training.
    seed : int
        Names every random number of the run.
    overwrite : bool
        Whether a run in `out` may be replaced.
    verbose : {"auto", 0, 1, 2}
        What is shown meanwhile.
    source : str
        Where the data came from, for the record.

    Returns
    -------
    model : Sequential
    history : History

    Raises
    ------
    FileExistsError
        If `out` holds a run and `overwrite` is false.
    ValueError
        If an argument is out of range.
    """
    if not 0 <= validation_split < 1:
        raise ValueError(f"validation_split must be from 0 to below 1, got {validation_split}.")
    out = Path(out)
    training, validation = dataset.train, None
    if validation_split:
        training, held_out = hold_out(training, validation_split, seed=seed)
        validation = ImageBatches(held_out, batch_size=batch_size)
    batches = ImageBatches(training, batch_size=batch_size, shuffle=True, seed=seed)
    prepare_run_folder(out, overwrite=overwrite)

    model = fer_network(seed=seed)
    record: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "arguments": {
            "epochs": epochs,
            "batch_size": batch_size,
            "validation_split": validation_split,
            "seed": seed,
        },
        "data": {
            "source": source,
            "training": _counts(training.labels),
            "held_out": None if validation is None else _counts(held_out.labels),
            "test": _counts(dataset.test.labels),
        },
        "machine": describe_machine(),
    }
    _write_json(out / RUN_FILE, record)
    recorder = RunRecorder(out)
    history = model.fit(
        batches, epochs=epochs, validation_data=validation, callbacks=[recorder], verbose=verbose
    )
    test = model.evaluate(ImageBatches(dataset.test), verbose=verbose, return_dict=True)
    record |= {
        "test": test,
        "images_per_second": round(float(np.median(recorder.rates)), 2) if recorder.rates else None,
        "peak_memory_mib": peak_memory_mib(),
    }
    _write_json(out / RUN_FILE, record)
    return model, history


def _counts(labels: np.ndarray) -> dict[str, int]:
    counts = np.bincount(labels, minlength=len(EMOTIONS))
    return {name: int(count) for name, count in zip(EMOTIONS, counts, strict=True)}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with atomic_write(path) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())
