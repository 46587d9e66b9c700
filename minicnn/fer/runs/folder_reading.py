"""Read the files of a run folder besides the models; missing files give empty results."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.runs.folder import RunFolder

__all__ = ["read_history", "read_record", "read_robustness"]


def read_history(folder: RunFolder) -> dict[str, list[float]]:
    """Return the columns of history.csv by name, except the epoch numbers.

    Raises
    ------
    ValueError
        If it holds anything but numbers, or rows of different lengths.
    """
    path = folder.history
    if not path.exists():
        return {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            names, *rows = csv.reader(file)
        if not rows:
            raise ValueError("it has no epochs")
        columns = zip(*[[float(value) for value in row] for row in rows], strict=True)
        history = {name: list(values) for name, values in zip(names, columns, strict=True)}
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path} is not the history of a run: {error}.") from error
    history.pop("epoch", None)
    return history


def read_record(folder: RunFolder) -> dict[str, Any]:
    """Return the contents of run.json.

    Raises
    ------
    ValueError
        If it is not the JSON record of a run.
    """
    path = folder.record
    if not path.exists():
        return {}
    record = _read_json(path)
    if not isinstance(record, dict):
        raise ValueError(f"{path} is not the record of a run, expected a JSON object.")
    return record


def read_robustness(folder: RunFolder) -> Robustness | None:
    """Return the accuracies of robustness.json, or None.

    Raises
    ------
    ValueError
        If it is not what ``minicnn robustness`` writes.
    """
    path = folder.robustness
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
        raise ValueError(f"{path} is not JSON: {error}.") from error
