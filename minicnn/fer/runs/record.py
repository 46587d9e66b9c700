"""run.json: what a run was made of, and what came out."""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset, Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RUN_FILE
from minicnn.fer.runs.machine import describe_machine
from minicnn.fer.runs.sources import Sources

__all__ = ["begin_record", "brief_figures", "protocol_note"]


def protocol_note(config: TrainingConfig) -> str:
    """Say what a configuration means for the figures on the test images."""
    held_out = config.protocol == "held-out" and config.watched
    if config.protocol == "documented":
        note = (
            "As in the original, the best epoch was chosen on the test images, so its accuracy on "
            "them is too good to be true for other images."
        )
    else:
        chosen = (
            "The best epoch was chosen on a held-out part of the training images"
            if held_out
            else "No images were held out, and no epoch was chosen"
        )
        when = "after every epoch, for the record" if config.log_test else "after the training only"
        note = f"{chosen}; the test images were looked at {when}."
    if config.start is not None:
        known = "trained on images held out here, or " if held_out else ""
        note += (
            f" It began with the weights of {config.start}, which may have been {known}chosen on "
            "the test images."
        )
    return note


def begin_record(
    out: Path,
    config: TrainingConfig,
    dataset: Dataset,
    sources: Sources,
    source: str,
    identity: dict[str, Any],
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
    identity : dict
        What :func:`~minicnn.fer.runs.resume.run_identity` gives.
    state : dict or None
        What the run goes on from.
    """
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    record: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "started": now,
        "resumed": [],
        "arguments": config.as_dict(),
        "start": {"file": config.start, "sha256": identity["start"]} if config.start else None,
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


def _counts(split: Split) -> dict[str, int]:
    counts = np.bincount(split.labels, minlength=len(EMOTIONS))
    return {name: int(count) for name, count in zip(EMOTIONS, counts, strict=True)}
