"""Train the documented network and leave a run folder behind."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.fer.batches import ImageBatches, hold_out
from minicnn.fer.evaluate import Evaluation, evaluate
from minicnn.fer.labels import EMOTIONS
from minicnn.fer.machine import describe_machine, peak_memory_mib
from minicnn.fer.network import fer_network
from minicnn.fer.run_folder import (
    RUN_FILE,
    RunRecorder,
    check_run_folder,
    prepare_run_folder,
    write_json,
)
from minicnn.intervals import number_in
from minicnn.random import check_seed
from minicnn.sequential import Sequential
from minicnn.training import History

__all__ = ["Run", "check_arguments", "train"]


class Run(NamedTuple):
    """What a training leaves: the model, the figures of its epochs and those on the test images."""

    model: Sequential
    history: History
    test: Evaluation


def check_arguments(
    out: Path, *, epochs: int, batch_size: int, validation_split: float, seed: int, overwrite: bool
) -> None:
    """Refuse what :func:`train` will refuse, before its data is loaded.

    Raises
    ------
    OSError, ValueError
        As :func:`train`.
    """
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a positive integer, got {value!r}.")
    number_in("[0, 1)", validation_split, "validation_split")
    check_seed(seed)
    check_run_folder(out, overwrite=overwrite)


def train(
    dataset: Dataset,
    out: str | Path,
    *,
    model: Sequential | None = None,
    epochs: int = 128,
    batch_size: int = 32,
    validation_split: float = 0.1,
    seed: int = 0,
    overwrite: bool = False,
    verbose: int | str = "auto",
    source: str = "",
) -> Run:
    """Train the documented network as documented, without augmentation.

    Parameters
    ----------
    dataset : Dataset
        FER2013 or the synthetic faces.
    out : str or Path
        Run folder; made if need be.
    model : Sequential, optional
        What is trained, compiled; :func:`~minicnn.fer.network.fer_network` if not given.
    epochs, batch_size : int
        Passes over the training images, images per step.
    validation_split : float
        Share of every class that is held out of the training images to watch the training;
        0 for none. The test images are looked at once, after the training.
    seed : int
        Names every random number of the run, but for those of a `model` that is given.
    overwrite : bool
        Whether a run in `out` may be replaced.
    verbose : {"auto", 0, 1, 2}
        What is shown meanwhile.
    source : str
        Where the data came from, for the record.

    Returns
    -------
    Run

    Raises
    ------
    OSError
        If `out` cannot be made or written, or holds a run and `overwrite` is false.
    ValueError
        If an argument is out of range. Then nothing has been written.
    """
    out = Path(out)
    check_arguments(
        out,
        epochs=epochs,
        batch_size=batch_size,
        validation_split=validation_split,
        seed=seed,
        overwrite=overwrite,
    )
    training, validation = dataset.train, None
    if validation_split:
        training, held_out = hold_out(training, validation_split, seed=seed)
        validation = ImageBatches(held_out, batch_size=batch_size)
    batches = ImageBatches(training, batch_size=batch_size, shuffle=True, seed=seed)
    model = model or fer_network(seed=seed)
    prepare_run_folder(out, overwrite=overwrite)

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
    write_json(out / RUN_FILE, record)
    recorder = RunRecorder(out)
    history = model.fit(
        batches, epochs=epochs, validation_data=validation, callbacks=[recorder], verbose=verbose
    )
    test = evaluate(model, dataset.test, progress=verbose != 0)
    record |= {
        "test": {"loss": test.loss, "accuracy": test.accuracy},
        "images_per_second": round(float(np.median(recorder.rates)), 2),
        "peak_memory_mib": peak_memory_mib(),
    }
    write_json(out / RUN_FILE, record)
    return Run(model, history, test)


def _counts(labels: np.ndarray) -> dict[str, int]:
    counts = np.bincount(labels, minlength=len(EMOTIONS))
    return {name: int(count) for name, count in zip(EMOTIONS, counts, strict=True)}
