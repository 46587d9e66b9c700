"""What callbacks share that watch one figure: which way is better, and by how much."""

from __future__ import annotations

import warnings

import numpy as np

from minicnn.intervals import number_in
from minicnn.training.callbacks.base import Callback

__all__ = ["Monitor"]


class Monitor(Callback):
    """A callback that watches a figure of the epochs.

    Parameters
    ----------
    monitor : str
        Name of the figure: "loss", a metric, or one of them as "val_...".
    mode : {"auto", "min", "max"}
        Whether smaller or larger is better; "auto" knows it of losses and of the model's metrics.
    best : float, optional
        What counts as the best so far at first.
    min_delta : float
        A smaller change does not count as an improvement.

    Raises
    ------
    ValueError
        If `monitor` is not a text or `min_delta` is not a number.

    Warns
    -----
    UserWarning
        If the mode is unknown; it is then "auto", as in Keras.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        best: float | None = None,
        min_delta: float = 0.0,
    ) -> None:
        if mode not in ("auto", "min", "max"):
            name = type(self).__name__
            warnings.warn(
                f"{name}: mode {mode!r} is unknown, expected 'auto', 'min' or 'max'; using 'auto'.",
                stacklevel=3,
            )
            mode = "auto"
        if not isinstance(monitor, str):
            raise ValueError(
                f"{type(self).__name__}: monitor must be a name, such as 'val_loss', got "
                f"{monitor!r}."
            )
        self.monitor, self.mode = monitor, mode
        self.best = best
        self.min_delta = abs(
            number_in("(-inf, inf)", min_delta, f"{type(self).__name__}: min_delta")
        )

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Whether `value` is better than `reference` by more than `min_delta`.

        Anything is better than None, and any number than NaN; in Keras, a NaN in the first epoch
        stays the best for ever. Numbers are compared in float32, as Keras does, so that the
        decisions are the same to the last epoch.
        """
        rises = self._rises()
        if reference is None:
            return True
        if np.isnan(reference):
            return not np.isnan(value)
        if rises:
            return bool(np.float32(value - self.min_delta) > np.float32(reference))
        return bool(np.float32(value + self.min_delta) < np.float32(reference))

    def _rises(self) -> bool:
        """Whether larger is better.

        Raises
        ------
        ValueError
            If the mode is "auto" and the figure is neither a loss nor a metric of the model.
        """
        if self.mode != "auto":
            return self.mode == "max"
        figure = self.monitor.removeprefix("val_")
        if figure == "loss" or figure in self.model.loss.value_names:
            return False
        for metric in self.model.metrics:
            if metric.name == figure and metric.larger_is_better is not None:
                return metric.larger_is_better
        raise ValueError(
            f"{type(self).__name__}: it is unknown whether {self.monitor!r} should rise or fall; "
            "pass mode='max' or mode='min'."
        )
