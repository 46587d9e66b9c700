"""run.json: what a run was made of, and what came out."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset, Split
from minicnn.fer.config import TrainingConfig
from minicnn.fer.evaluate import Evaluation
from minicnn.fer.labels import EMOTIONS
from minicnn.fer.machine import describe_machine
from minicnn.fer.run_folder import RUN_FILE
from minicnn.fer.sources import Sources

__all__ = ["begin_record", "brief_figures", "protocol_note"]


def protocol_note(config: TrainingConfig) -> str:
    """Say what a configuration means for the figures on the test images."""
    if config.protocol == "documented":
        return (
            "As in the original, the best epoch was chosen on the test images, so its accuracy on "
            "them is too good to be true for other images."
        )
    chosen = (
        "The best epoch was chosen on a held-out part of the training images"
        if config.watched
        else "No images were held out, and no epoch was chosen"
    )
    looked = "after every epoch, for the record" if config.log_test else "after the training only"
    return f"{chosen}; the test images were looked at {looked}."


def begin_record(
    out: Path,
    config: TrainingConfig,
    dataset: Dataset,
    sources: Sources,
    source: str,
    state: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return what is known of a run before it; of a resumed one, with how it was begun.

    Parameters
    ----------
    out : Path
        Run folder.
    config, dataset, sources
        What is trained, and on what.
    source : str
        Where the data came from.
    state : dict or None
        What the run goes on from.
    """
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    record: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "started": now,
        "resumed": [],
        "arguments": config.as_dict(),
        "start": None if config.start is None else _named_file(Path(config.start)),
        "protocol": protocol_note(config),
        "data": {
            "source": source,
            "training": _counts(sources.training),
            "held_out": None if sources.held_out is None else _counts(sources.held_out),
            "test": _counts(dataset.test),
        },
        "machine": describe_machine(),
    }
    if state is not None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            before = json.loads((out / RUN_FILE).read_text())
            # What has come out already stays until there is something newer.
            record = before | record | {name: before[name] for name in ("command", "started")}
            record["resumed"] = list(before["resumed"])
        record["resumed"].append({"at": now, "epoch": state["epoch"] + 1, "batch": state["batch"]})
    return record


def brief_figures(evaluation: Evaluation) -> dict[str, float]:
    """Return loss and accuracy as JSON values."""
    return {"loss": evaluation.loss, "accuracy": evaluation.accuracy}


def _named_file(path: Path) -> dict[str, str]:
    """Name a file so that it is told from another one of its name."""
    return {"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _counts(split: Split) -> dict[str, int]:
    counts = np.bincount(split.labels, minlength=len(EMOTIONS))
    return {name: int(count) for name, count in zip(EMOTIONS, counts, strict=True)}
