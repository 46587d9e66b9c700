"""The callback that keeps a run's folder up to date."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from minicnn.callbacks import Callback
from minicnn.fer.runs.folder import RunFolder
from minicnn.files import write_text

__all__ = ["RunRecorder"]


class RunRecorder(Callback):
    """Write model, history and timing after every epoch.

    Parameters
    ----------
    folder : RunFolder

    Attributes
    ----------
    rows, timing : list of dict
        The rows of the two csv files. Images per second do not count the validation.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.rows: list[dict[str, Any]] = []
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
        self.model.save(self.folder.model)
        self.rows.append({"epoch": epoch + 1} | (logs or {}))
        # An epoch that was resumed after its last batch has no rate.
        rate = round(self._samples / self._seconds, 2) if self._samples else None
        seconds = round(time.perf_counter() - self._start, 2)
        self.timing.append({"epoch": epoch + 1, "seconds": seconds, "images_per_second": rate})
        write_text(self.folder.history, _csv(self.rows))
        write_text(self.folder.timing, _csv(self.timing))

    def get_state(self) -> dict[str, Any]:
        """Return the rows so far."""
        return {"rows": self.rows, "timing": self.timing}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue after these rows."""
        self.rows, self.timing = state["rows"], state["timing"]


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(",".join("" if v is None else str(v) for v in line) + "\n" for line in lines)
