"""check_training_step: a step of gradient descent written by hand, against slopes of its loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from minicnn.checking.differences import Point, slopes_beside
from minicnn.checking.findings import SKIPPED, WRONG, CheckReport, Finding
from minicnn.checking.gradients import STEP
from minicnn.checking.kinds import Guess, likely_kind, near
from minicnn.checking.running import run_check, run_checks
from minicnn.checking.subject import largest_difference

__all__ = ["check_training_step"]

#: Where the loss is smooth but its slope has a kink, such as the square of a ReLU at 0, a centred
#: difference is wrong by STEP / 4 times the jump of the second derivative.
TOLERANCE = 1e-5


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
        Returns the loss of that batch for the current parameters: the mean, with penalties. It
        must return the same when it is called again: no new dropout masks.
    params : mapping of str to ndarray of float64
        The parameters, which `step` changes in place and `loss` reads.
    learning_rate : float

    Returns
    -------
    CheckReport
        With the checks "first step" and "second step": what a step leaves behind shows in the
        second. A parameter that is wrong in both is reported once. If the loss is not a single
        finite number, or is random, the report holds only that, under "loss".

    Raises
    ------
    ValueError
        If a parameter is not float64: differences drown in the rounding of float32.
    """
    for name, array in params.items():
        if getattr(array, "dtype", None) != np.float64:
            got = getattr(array, "dtype", type(array).__name__)
            raise ValueError(f"params[{name!r}] must be a float64 array, got {got}.")
    wrong = run_check("loss", lambda: _loss(loss))
    if wrong:
        steps = {name: [Finding(name, SKIPPED)] for name in ("first step", "second step")}
        return CheckReport("training step", {"loss": wrong} | steps)
    first: dict[str, np.ndarray] = {}  # steps / -rate of the first step
    told: set[str] = set()
    checks = {
        name: partial(_step, name, step, loss, params, learning_rate, first, told)
        for name in ("first step", "second step")
    }
    return run_checks("training step", checks)


def _loss(loss: Callable[[], float]) -> Iterator[Finding]:
    value, again = np.asarray(loss()), np.asarray(loss())
    if value.shape:
        yield Finding(
            "loss", WRONG, f"loss() must return one number, got an array of shape {value.shape}.",
            "wrong shape",
        )  # fmt: skip
    elif not np.isfinite(value):
        yield Finding("loss", WRONG, f"loss() gives {value}.", "not a number")
    elif value != again:
        yield Finding(
            "loss", WRONG,
            f"loss() gives {value:.6g}, then {again:.6g}, with nothing changed between. Let it and "
            "the step draw the same masks each time, from a fixed seed.",
            "not reproducible",
        )  # fmt: skip


def _step(
    check: str,
    step: Callable[[], Any],
    loss: Callable[[], float],
    params: Mapping[str, np.ndarray],
    rate: float,
    first: dict[str, np.ndarray],
    told: set[str],
) -> Iterator[Finding]:
    slopes = {name: _slopes(loss, array) for name, array in params.items()}
    before = {name: array.copy() for name, array in params.items()}
    step()
    for name, array in params.items():
        gradient = (before[name] - array) / rate
        slope, low, high = slopes[name]
        # At a kink, any slope between those beside it is right.
        slope = np.where(low < high, np.clip(gradient, low, high), slope)
        apart, where = largest_difference(gradient, slope)
        if apart > TOLERANCE:
            guess = _guess(gradient, slope, first.get(name))
            message = (
                f"the step of {name} is wrong. {name}{list(where)}: step / -rate is "
                f"{gradient[where]:.4g}, the slope of the loss {slope[where]:.4g}."
            )
            yield Finding(
                check, WRONG, "" if name in told else message, guess.kind, guess.why, name, where,
                apart, gradient.reshape(-1), slope.reshape(-1),
            )  # fmt: skip
            told.add(name)
        first.setdefault(name, gradient)


def _guess(gradient: np.ndarray, slope: np.ndarray, before: np.ndarray | None) -> Guess:
    guess, rest = likely_kind(gradient, slope), gradient - slope
    if guess is None and before is not None and before.any():
        share = float(np.sum(rest * before) / np.sum(before * before))
        if near(rest, share * before):
            return Guess("accumulated", f"{share:.3g} times the last step is in it")
    if guess is not None and guess.kind == "always zero":
        return Guess(guess.kind, "forgotten, or `w = w - ...` made an array that params lacks?")
    return guess or Guess("missing term")


def _slopes(
    loss: Callable[[], float], array: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return slopes of the loss, and bounds, which are apart only at kinks."""
    slopes, one = np.empty(array.shape), np.ones(())
    low, high = np.zeros(array.shape), np.zeros(array.shape)

    def point() -> Point:
        return Point(np.asarray(loss()), ())

    at = point()
    for i in range(array.size):
        kept, values = array.flat[i], []
        for side in (STEP, -STEP):
            array.flat[i] = kept + side
            values.append(float(loss()))
        array.flat[i] = kept
        slopes.flat[i] = (values[0] - values[1]) / (2 * STEP)
        # The slopes to both sides differ by h y'' on a smooth piece.
        if abs(values[0] - 2 * float(at.y) + values[1]) > 1e-4 * abs(values[0] - values[1]):
            beside = slopes_beside(point, at, one, array, i, STEP)
            if beside is not None:
                low.flat[i], high.flat[i] = beside
    return slopes, low, high
