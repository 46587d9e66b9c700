"""What a run has left in its folder besides the model, read again; what is not there is empty."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.runs.folder import HISTORY_FILE, RUN_FILE

__all__ = ["ROBUSTNESS_FILE", "read_history", "read_record", "read_robustness"]

#: Where ``minicnn robustness`` is told to write what the report of a run shows.
ROBUSTNESS_FILE = "robustness.json"


def read_history(folder: Path) -> dict[str, list[float]]:
    """Return the columns of history.csv by name, but for the numbers of the epochs.

    Raises
    ------
    ValueError
        If it holds anything but numbers, or rows of different lengths.
    """
    path = folder / HISTORY_FILE
    if not path.exists():
        return {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            names, *rows = csv.reader(file)
        if not rows:
            raise ValueError("it has no epoch")
        columns = zip(*[[float(value) for value in row] for row in rows], strict=True)
        history = {name: list(values) for name, values in zip(names, columns, strict=True)}
    except ValueError as error:
        raise ValueError(f"{path} is no history of a run: {error}.") from error
    history.pop("epoch", None)
    return history


def read_record(folder: Path) -> dict[str, Any]:
    """Return what run.json says.

    Raises
    ------
    ValueError
        If it is no JSON of a run.
    """
    path = folder / RUN_FILE
    if not path.exists():
        return {}
    record = _read_json(path)
    if not isinstance(record, dict):
        raise ValueError(f"{path} is no record of a run, expected a JSON object.")
    return record


def read_robustness(folder: Path) -> Robustness | None:
    """Return the figures of robustness.json, or None.

    Raises
    ------
    ValueError
        If it is not what ``minicnn robustness`` writes.
    """
    path = folder / ROBUSTNESS_FILE
    if not path.exists():
        return None
    try:
        return Robustness.from_dict(_read_json(path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}.") from error
