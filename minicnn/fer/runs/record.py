"""run.json: the inputs and the results of a run."""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minicnn.data.dataset import Split
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.models.pretrained import which_pretrained
from minicnn.fer.runs.configuration import TrainingConfig
from minicnn.fer.runs.folder import RunFolder
from minicnn.fer.runs.machine import describe_machine, peak_memory_mib
from minicnn.fer.runs.outcome import Run
from minicnn.fer.runs.sources import Sources

__all__ = ["begin_record", "end_record", "protocol_note"]


def protocol_note(config: TrainingConfig) -> str:
    """Say what a configuration means for the accuracy on the test images."""
    held_out = config.protocol == "held-out" and config.watched
    if config.protocol == "documented":
        note = (
            "As in the original, the best epoch was chosen on the test images, so its accuracy on "
            "them is too optimistic for other images."
        )
    else:
        chosen = (
            "The best epoch was chosen on a held-out part of the training images"
            if held_out
            else "No images were held out, and no epoch was chosen"
        )
        when = "after every epoch, for the record" if config.log_test else "only after the training"
        note = f"{chosen}; the test images were evaluated {when}."
    known = f"{'trained on images held out here, or ' if held_out else ''}chosen on the test images"
    if config.start is not None:
        start = _model(config.start)
        note += f" Training started from the weights of {start}, which may have been {known}."
    if config.teacher is not None:
        teacher = _model(config.teacher.model)
        note += f" Its targets hold the predictions of {teacher}, which may have been {known}."
    return note


def _model(path: str) -> str:
    name = which_pretrained(path)
    return path if name is None else f"the pretrained {name} network"


def begin_record(
    folder: RunFolder,
    config: TrainingConfig,
    sources: Sources,
    identity: dict[str, Any],
    state: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return what is known before a run; if it is resumed, with how it was started.

    Parameters
    ----------
    folder : RunFolder
    config, sources
        The configuration, and the images.
    identity : dict
        What :func:`~minicnn.fer.runs.resume.run_identity` gives.
    state : dict or None
        What the run continues from.
    """
    names = sources.dataset.class_names
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    record: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "started": now,
        "resumed": [],
        "arguments": config.as_dict(),
        "start": {"file": config.start, "sha256": identity["start"]} if config.start else None,
        "teacher": {"file": config.teacher.model, "sha256": identity["teacher"]}
        if config.teacher
        else None,
        "protocol": protocol_note(config),
        "data": {
            "source": sources.dataset.name,
            "training": _counts(sources.training, names),
            "held_out": None if sources.held_out is None else _counts(sources.held_out, names),
            "test": _counts(sources.dataset.test, names),
        },
        "machine": describe_machine(),
    }
    if state is not None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            before = json.loads(folder.record.read_text())
            # Earlier results stay until there are newer ones.
            record = before | record | {name: before[name] for name in ("command", "started")}
            record["resumed"] = list(before["resumed"])
        record["resumed"].append({"at": now, "epoch": state["epoch"] + 1, "batch": state["batch"]})
    return record


def end_record(
    record: Mapping[str, Any],
    run: Run,
    timing: Sequence[Mapping[str, Any]],
    checkpoints: Mapping[str, float],
) -> dict[str, Any]:
    """Return the record of a run with its results.

    Parameters
    ----------
    record : mapping
        From :func:`begin_record`.
    run : Run
    timing : sequence of mapping
        The "images_per_second" of each epoch.
    checkpoints : mapping
        How often they were written, and what share of the time that took.
    """
    best = run.best
    rates = [row["images_per_second"] for row in timing if row["images_per_second"]]
    return {
        **record,
        "test": _brief(run.test),
        "best": None if best is None else best._asdict() | {"test": _brief(best.test)},
        "images_per_second": round(float(np.median(rates)), 2) if rates else None,
        "checkpoints": dict(checkpoints),
        "peak_memory_mib": peak_memory_mib(),
    }


def _brief(evaluation: Evaluation) -> dict[str, float]:
    return {"loss": evaluation.loss, "accuracy": evaluation.accuracy}


def _counts(split: Split, names: Sequence[str]) -> dict[str, int]:
    counts = np.bincount(split.labels, minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True)}
