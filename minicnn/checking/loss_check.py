"""check_loss: the gradient of a loss, its mean, its use of the labels, and its extreme values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from minicnn.checking.findings import REMARK, SKIPPED, WRONG, CheckReport, Finding
from minicnn.checking.gradients import STEP, TOLERANCE, check_loss_gradient
from minicnn.checking.kinds import likely_kind
from minicnn.checking.layer_gradients import ROUGH_STEP, ROUGH_TOLERANCE
from minicnn.checking.running import run_check, run_checks
from minicnn.checking.subject import computes_in_float32, largest_difference
from minicnn.random import generator

__all__ = ["check_loss"]


def check_loss(loss: Any, y_true: Any, y_pred: np.ndarray, *, like: Any = None) -> CheckReport:
    """Check a loss in every way that needs no knowledge of its formula.

    Parameters
    ----------
    loss : Loss
        Yours, or one of the library's.
    y_true : ndarray
        Targets, as the loss takes them.
    y_pred : ndarray of float32 or float64, shape (n, ...)
        Predictions. If all are in (0, 1), they are taken for probabilities.
    like : Loss, optional
        One that should give the same values.

    Returns
    -------
    CheckReport
        With the checks "gradient" (against differences), "mean" (twice the same samples give the
        same loss), "labels" (exchanged between samples, they give another loss), "unchanged",
        "edges" (finite for probabilities of 0 and 1, or predictions of 1000, and where predictions
        and targets agree) and "like". If the loss is not a number, that is the only finding, under
        "value".
    """
    y_true, y_pred = np.asarray(y_true), np.array(y_pred, np.float64)
    checks = {
        "gradient": lambda: _gradient(loss, y_true, y_pred),
        "mean": lambda: _mean(loss, y_true, y_pred),
        "labels": lambda: _labels(loss, y_true, y_pred),
        "unchanged": lambda: _unchanged(loss, y_true, y_pred),
        "edges": lambda: _edges(loss, y_true, y_pred),
    }
    if like is not None:
        checks["like"] = lambda: _like(loss, like, y_true, y_pred)
    title = f"{type(loss).__name__} {loss.name!r}"
    value = run_check("value", lambda: _value(loss, y_true, y_pred))
    if value:
        return CheckReport(title, {"value": value} | {c: [Finding(c, SKIPPED)] for c in checks})
    return run_checks(title, checks)


def _value(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    shape = np.shape(loss.forward(y_true.copy(), y_pred.copy())[0])
    if shape:
        yield Finding(
            "value", WRONG,
            f"forward must return one number, the mean over the samples, got an array of shape "
            f"{shape}.",
            "wrong shape",
        )  # fmt: skip


def _gradient(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    tolerance, step = TOLERANCE, STEP
    if computes_in_float32(partial(loss, y_true), (y_pred,), generator(0, "check")):
        tolerance, step = ROUGH_TOLERANCE, ROUGH_STEP
        yield Finding(
            "gradient", REMARK,
            "the loss is computed in float32 although y_pred is float64, so its gradient can only "
            f"be compared to {ROUGH_TOLERANCE:g}. Compute in y_pred.dtype, and it is to 1e-7.",
        )  # fmt: skip
    row = check_loss_gradient(loss, y_true, y_pred, tolerance=tolerance, step=step, entries=1000)[
        "y_pred"
    ]
    if row.passed:
        return
    if row.problem:
        yield Finding("gradient", WRONG, f"{row.problem}.", "wrong axis")
        return
    n, shape = len(y_pred), y_pred.shape
    whole = row.checked == row.size
    a, b = (one.reshape(shape) if whole else one for one in (row.analytic, row.numeric))
    guess = likely_kind(a, b, batch_axis=whole, counts={"samples": n, "classes": shape[-1]})
    worst = row.worst
    where = tuple(map(int, np.unravel_index(row.places[worst], shape)))
    yield Finding(
        "gradient", WRONG,
        f"backward is wrong. y_pred{list(where)}: it gives {row.analytic[worst]:.4g}, differences "
        f"give {row.numeric[worst]:.4g}. Error {row.error:.2g} (up to {row.tolerance:.0e} passes).",
        guess.kind if guess else "missing term", guess.why if guess else "", "y_pred", where,
        row.error, row.analytic, row.numeric,
    )  # fmt: skip


def _mean(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    once = loss(y_true, y_pred)
    twice = loss(np.concatenate([y_true, y_true]), np.concatenate([y_pred, y_pred]))
    if abs(twice - once) > 1e-9 * abs(once):
        ratio = twice / once
        why = "a sum over the samples" if abs(ratio - 2) < 1e-6 else "divided by n twice?"
        yield Finding(
            "mean", WRONG,
            f"the same samples twice give {ratio:.3g} times the loss; a mean stays the same, so "
            "that the learning rate does not depend on the batch size.",
            "constant ratio", why, error=abs(ratio - 1),
        )  # fmt: skip


def _labels(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    """Labels belong to samples: a loss that sums over all pairs of the two does not see it."""
    once = loss(y_true, y_pred)
    moved = [np.roll(y_true, k, axis=0) for k in range(1, len(y_true))]
    moved = [one for one in moved if not np.array_equal(one, y_true)]
    _, cache = loss.forward(y_true.copy(), y_pred.copy())
    if not moved or not np.any(loss.backward(cache)) or not np.ptp(y_pred, axis=0).any():
        return
    if all(abs(loss(one, y_pred) - once) <= 1e-9 * abs(once) for one in moved):
        yield Finding(
            "labels", WRONG,
            "the loss stays the same when the samples exchange their labels.",
            "wrong axis",
            f"y_true of shape {y_true.shape} and y_pred of shape {y_pred.shape} are broadcast "
            "against each other?" if y_true.shape != y_pred.shape else "y_true is not used?",
        )  # fmt: skip


def _unchanged(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    given = {"y_true": y_true.copy(), "y_pred": y_pred.copy()}
    loss.backward(loss.forward(given["y_true"], given["y_pred"])[1])
    for name, before in (("y_true", y_true), ("y_pred", y_pred)):
        apart, where = largest_difference(given[name].astype(float), before.astype(float))
        if apart:
            yield Finding(
                "unchanged", WRONG, f"the loss changes {name}.", "changed in place", "", name,
                where, apart,
            )  # fmt: skip


def _edges(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    for words, edge, why in _extremes(y_true, y_pred):
        value, cache = loss.forward(y_true.copy(), edge)
        gradient = loss.backward(cache)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            what = "the loss" if not np.isfinite(value) else "its gradient"
            yield Finding(
                "edges", WRONG, f"for {words}, {what} is not finite.", "not a number", why
            )
            return


def _extremes(y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[tuple[str, np.ndarray, str]]:
    """Return extreme predictions, with words, and with what probably fails there."""
    positive = bool((y_pred > 0).all())
    if positive and (y_pred < 1).all():
        low, high, words, why = 0.0, 1.0, "probabilities of 0 and 1", "log(0), or 0 / 0"
    elif positive:
        low, high, words, why = 0.0, 1000.0, "predictions of 0 and 1000", "log(0), or 0 / 0"
    else:
        low, high, words, why = -1000.0, 1000.0, "scores of 1000 and -1000", "exp overflows"
    columns = y_pred.shape[-1] if y_pred.ndim > 1 else 1
    for k in range(columns):
        edge = np.full_like(y_pred, low)
        edge.reshape(-1, columns)[:, k] = high
        yield words, edge, why
    if columns == 1:
        yield words, np.full_like(y_pred, low), why
    if y_true.shape == y_pred.shape and (y_true.min() >= 0 or not positive):
        yield "predictions equal to the targets", y_true.astype(np.float64), "0 / 0"


def _like(loss: Any, like: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    ours, theirs = float(loss(y_true, y_pred)), float(like(y_true, y_pred))
    if abs(ours - theirs) > 1e-6 * max(abs(ours), abs(theirs)):
        ratio = ours / theirs if theirs else float("inf")
        yield Finding(
            "like", WRONG, f"the loss is {ours:.6g}, that of {type(like).__name__} {theirs:.6g}.",
            "", f"the ratio is {ratio:.4g}", error=abs(ratio - 1),
        )  # fmt: skip
