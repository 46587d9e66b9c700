"""check_training_step: a step of gradient descent written by hand, against slopes of its loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from minicnn.checking.findings import WRONG, CheckReport, Finding
from minicnn.checking.kinds import likely_kind
from minicnn.checking.running import run_checks
from minicnn.checking.subject import largest_difference

__all__ = ["check_training_step"]


def check_training_step(
    step: Callable[[], Any],
    loss: Callable[[], float],
    params: Mapping[str, np.ndarray],
    learning_rate: float,
) -> CheckReport:
    """Check that each step is minus the learning rate times the slope of the loss.

    Parameters
    ----------
    step : callable
        Does one step of plain gradient descent on a fixed batch.
    loss : callable
        Returns the loss of that batch for the current parameters: the mean, with penalties.
    params : mapping of str to ndarray of float64
        The parameters, which `step` changes in place and `loss` reads.
    learning_rate : float

    Returns
    -------
    CheckReport
        With the checks "first step" and "second step": what a step leaves behind shows in the
        second.
    """
    checks = {
        name: partial(_step, name, step, loss, params, learning_rate)
        for name in ("first step", "second step")
    }
    return run_checks("training step", checks)


def _step(
    check: str,
    step: Callable[[], Any],
    loss: Callable[[], float],
    params: Mapping[str, np.ndarray],
    rate: float,
) -> Iterator[Finding]:
    slopes = {name: _slopes(loss, array) for name, array in params.items()}
    before = {name: array.copy() for name, array in params.items()}
    step()
    for name, array in params.items():
        gradient, slope = (before[name] - array) / rate, slopes[name]
        apart, where = largest_difference(gradient, slope)
        if apart > 1e-6:
            guess = likely_kind(gradient, slope)
            yield Finding(
                check, WRONG,
                f"the step of {name} is wrong. {name}{list(where)}: step / -rate is "
                f"{gradient[where]:.4g}, the slope of the loss {slope[where]:.4g}.",
                guess.kind if guess else "missing term", guess.why if guess else "", name, where,
                apart, gradient.reshape(-1), slope.reshape(-1),
            )  # fmt: skip


def _slopes(loss: Callable[[], float], array: np.ndarray) -> np.ndarray:
    slopes = np.empty(array.shape)
    for i in range(array.size):
        kept, values = array.flat[i], []
        for side in (1e-5, -1e-5):
            array.flat[i] = kept + side
            values.append(loss())
        array.flat[i] = kept
        slopes.flat[i] = (values[0] - values[1]) / 2e-5
    return slopes
