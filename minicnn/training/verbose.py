"""What a training shows: a bar on a terminal, a plain line per epoch anywhere else."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from minicnn.streams import is_terminal, say
from minicnn.training.callbacks.base import Callback

__all__ = ["ProgressBar", "ProgressLines", "progress_callback"]


def progress_callback(verbose: int | str) -> list[Callback]:
    """Return the callback for Keras's `verbose`, in a list; an empty one for silence.

    Parameters
    ----------
    verbose : {"auto", 0, 1, 2}
        0 is silent, 2 prints a line per epoch; 1 and "auto" show a bar where standard output
        is a terminal and print lines elsewhere.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f"verbose must be 'auto', 0, 1 or 2, got {verbose!r}.")
    if verbose == 0:
        return []
    if verbose != 2 and is_terminal(sys.stdout):
        return [ProgressBar()]
    return [ProgressLines()]


def describe(logs: dict[str, Any]) -> str:
    """Write figures for people: "loss 1.2345  accuracy 0.5000".

    >>> describe({"loss": 1.5, "val_accuracy": 0.25})
    'loss 1.5000  val_accuracy 0.2500'
    """
    return "  ".join(_describe(name, value) for name, value in logs.items() if name != "size")


def _describe(name: str, value: Any) -> str:
    if np.ndim(value):  # a metric of several values
        return f"{name} [{' '.join(f'{one:.4f}' for one in np.ravel(value))}]"
    # Rates become small: four digits, wherever they stand.
    return f"{name} {value:.4g}" if name == "learning_rate" else f"{name} {value:.4f}"


class _Progress(Callback):
    """Counts samples and seconds; a subclass shows them."""

    def __init__(self) -> None:
        self._samples = 0
        self._start = self._seconds = 0.0
        self._training = False

    def _begin(self) -> None:
        self._samples, self._seconds, self._start = 0, 0.0, time.perf_counter()

    def _count(self, logs: dict[str, Any] | None) -> None:
        self._samples += int((logs or {})["size"])
        self._seconds = time.perf_counter() - self._start

    def _rate(self) -> str:
        """Images per second up to the last batch that counts."""
        return f"{self._samples / max(self._seconds, 1e-9):.0f} images/s"

    def _epoch_title(self, epoch: int) -> str:
        return f"Epoch {epoch + 1:{len(str(self.params['epochs']))}d}/{self.params['epochs']}"

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._training = True

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._count(logs)

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if not self._training:  # the rate of an epoch leaves out its validation
            self._count(logs)

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        # A validation inside of a training belongs to the epoch's line.
        if not self._training:
            self._begin()


class ProgressLines(_Progress):
    """One line per epoch, for logs and pipes."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self._begin()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Print the epoch's figures, its images per second and its duration."""
        seconds = time.perf_counter() - self._start
        line = (
            f"{self._epoch_title(epoch)}  {describe(logs or {})}  {self._rate()}  {seconds:.0f} s"
        )
        say(line)

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """Print the figures of an evaluation by itself."""
        if logs and not self._training:
            say(f"{describe(logs or {})}  {self._rate()}")


# Columns of a terminal on which bar, figures and times have room beside each other.
_WIDE = 110


class ProgressBar(ProgressLines):
    """Loss, metrics, images per second and the time left, on a terminal; then an epoch's line."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Any = None

    def _open(self, title: str) -> None:
        # Slow to import, and needed on a terminal only.
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._begin()
        console = Console()
        wide = console.width >= _WIDE
        self._bar = Progress(
            TextColumn("{task.description}"),
            *([BarColumn(bar_width=24)] if wide else []),
            MofNCompleteColumn(),
            *([TimeElapsedColumn()] if wide else []),
            TimeRemainingColumn(),
            TextColumn("left"),
            TextColumn("{task.fields[figures]}"),
            console=console,
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(title, total=self.params["steps"], figures="")

    def _advance(self, logs: dict[str, float]) -> None:
        self._bar.update(self._task, advance=1, figures=f"{describe(logs)}  {self._rate()}")

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Open the epoch's bar."""
        self._open(self._epoch_title(epoch))

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Start where a resumed epoch starts, so that the rate does not jump."""
        if batch > self._bar.tasks[0].completed:
            self._bar.reset(self._task, completed=batch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar."""
        super().on_train_batch_end(batch, logs)
        self._advance(logs or {})

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Put the epoch's line, which a narrow terminal breaks, in the place of the bar."""
        self.close()
        super().on_epoch_end(epoch, logs)

    def close(self) -> None:
        """Give the terminal back, also after an error in the middle of an epoch."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Open a bar for an evaluation by itself."""
        if not self._training:
            self._open("Evaluation")

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar of an evaluation by itself."""
        super().on_test_batch_end(batch, logs)
        if not self._training:
            self._advance(logs or {})

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """Put the figures in the place of the bar of an evaluation by itself."""
        if not self._training:
            self.close()
        super().on_test_end(logs)
