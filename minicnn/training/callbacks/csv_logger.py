"""The metrics of every epoch as a csv file."""

from __future__ import annotations

import csv
import io
import os
from typing import Any

import numpy as np

from minicnn.files import path_text
from minicnn.training.callbacks.base import Callback, Logs

__all__ = ["CSVLogger"]


class CSVLogger(Callback):
    """Write a row after each epoch, byte for byte as Keras does.

    The first epoch determines the columns: "epoch", counted from 0, and its metrics by
    name. If it has no ``val_...`` metrics, their columns stay empty.

    Parameters
    ----------
    filename : str or path
    separator : str
        Separator between columns.
    append : bool
        Whether to append to the file; otherwise it is replaced. A resumed training
        continues its file in either case.

    Raises
    ------
    OSError
        When the training begins, if the file cannot be written.
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        self.filename, self.separator, self.append = path_text(filename), separator, append
        self._begin(0, header=True)

    def _begin(self, start: int, *, header: bool) -> None:
        # Where in the file this training begins, in bytes, and what it has written there.
        self._start, self._text = start, ""
        self._header = header
        self._keys: list[str] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start the file, or append to it."""
        with open(self.filename, "ab" if self.append else "wb") as file:
            size = file.tell()
        self._begin(size, header=size == 0)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a row."""
        logs = logs or {}
        rows = io.StringIO()
        writer = csv.writer(rows, delimiter=self.separator)
        if self._keys is None:
            self._keys = _columns(logs)
            if self._header:
                writer.writerow(["epoch", *self._keys])
        writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self._keys)])
        self._write(rows.getvalue())

    def _write(self, text: str) -> None:
        self._text += text
        # Line ends are written as they are: the csv module ends rows as the format has it.
        with open(self.filename, "a", encoding="utf-8", newline="") as file:
            file.write(text)

    def get_state(self) -> dict[str, Any]:
        """Return what this training has written, and where."""
        return {
            "start": self._start,
            "text": self._text,
            "header": self._header,
            "keys": self._keys,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Truncate the file to what the training had written by then."""
        os.truncate(self.filename, min(state["start"], self._start))
        self._begin(state["start"], header=state["header"])
        self._keys = state["keys"]
        self._write(state["text"])


def _columns(logs: dict[str, Any]) -> list[str]:
    names = sorted(logs)
    watched = any(name.startswith("val_") for name in names)
    return names if watched else [*names, *(f"val_{name}" for name in names)]


def _cell(value: Any) -> Any:
    """Write lists and arrays as Keras does."""
    if isinstance(value, list | tuple | np.ndarray) and np.ndim(value):
        return f'"[{", ".join(map(str, value))}]"'
    return value
