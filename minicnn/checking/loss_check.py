"""check_loss: the gradient of a loss, its mean over the samples, and its values at the edges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.checking.findings import WRONG, CheckReport, Finding
from minicnn.checking.gradients import check_loss_gradient
from minicnn.checking.kinds import likely_kind
from minicnn.checking.running import run_checks
from minicnn.checking.subject import largest_difference

__all__ = ["check_loss"]


def check_loss(loss: Any, y_true: Any, y_pred: np.ndarray, *, like: Any = None) -> CheckReport:
    """Check a loss in every way that needs no knowledge of its formula.

    Parameters
    ----------
    loss : Loss
        Yours, or one of the library's.
    y_true : ndarray
        Targets, as the loss takes them.
    y_pred : ndarray of float32 or float64, shape (n, c)
        Predictions. Rows that are positive and add up to 1 are taken for probabilities.
    like : Loss, optional
        One that should give the same values.

    Returns
    -------
    CheckReport
        With the checks "gradient" (against differences), "mean" (twice the same samples give the
        same loss), "unchanged", "edges" (finite for probabilities of 0 and 1, or scores of
        +-1000) and "like".
    """
    y_true, y_pred = np.asarray(y_true), np.array(y_pred, np.float64)
    checks = {
        "gradient": lambda: _gradient(loss, y_true, y_pred),
        "mean": lambda: _mean(loss, y_true, y_pred),
        "unchanged": lambda: _unchanged(loss, y_true, y_pred),
        "edges": lambda: _edges(loss, y_true, y_pred),
    }
    if like is not None:
        checks["like"] = lambda: _like(loss, like, y_true, y_pred)
    return run_checks(f"{type(loss).__name__} {loss.name!r}", checks)


def _gradient(loss: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    row = check_loss_gradient(loss, y_true, y_pred, entries=1000)["y_pred"]
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
    probabilities = np.all(y_pred > 0) and np.allclose(y_pred.sum(axis=-1), 1)
    c = y_pred.shape[-1]
    for k in range(c):
        edge = np.zeros_like(y_pred)
        edge[:, k] = 1.0
        if not probabilities:
            edge = 1000.0 * (2.0 * edge - 1.0)
        value, cache = loss.forward(y_true, edge)
        gradient = loss.backward(cache)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            words = "probabilities of 0 and 1" if probabilities else "scores of 1000 and -1000"
            what = "the loss" if not np.isfinite(value) else "its gradient"
            why = "log(0), or 0 / 0" if probabilities else "exp overflows"
            yield Finding(
                "edges", WRONG, f"for {words}, {what} is not finite.", "not a number", why
            )
            return


def _like(loss: Any, like: Any, y_true: np.ndarray, y_pred: np.ndarray) -> Iterator[Finding]:
    ours, theirs = float(loss(y_true, y_pred)), float(like(y_true, y_pred))
    if abs(ours - theirs) > 1e-6 * max(abs(ours), abs(theirs)):
        ratio = ours / theirs if theirs else float("inf")
        yield Finding(
            "like", WRONG, f"the loss is {ours:.6g}, that of {type(like).__name__} {theirs:.6g}.",
            "", f"the ratio is {ratio:.4g}", error=abs(ratio - 1),
        )  # fmt: skip
