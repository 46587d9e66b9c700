"""A layer against a trusted one: the only check that sees a consistent, but different, forward."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.checking.findings import WRONG, Finding
from minicnn.checking.kinds import Guess, likely_kind, near
from minicnn.checking.layer_gradients import parameter_changes
from minicnn.checking.subject import Subject, differ, largest_difference

__all__ = ["check_like"]


def check_like(subject: Subject, like: Any) -> Iterator[Finding]:
    """The layer gives the outputs, gradients and state of another, with the same weights."""
    for training, mode in ((False, "inference"), (True, "training")):
        draws = [subject.forward(subject.fresh(), subject.xs, training=training, step=k)[0]
                 for k in range(2)]  # fmt: skip
        if differ(*draws):
            return  # each draws its own numbers
        mine = subject.fresh()
        trusted = _twin(mine, like)
        y, cache = subject.forward(mine, subject.xs, training=training)
        expected, other = subject.forward(trusted, subject.xs, training=training)
        pairs = {"y": (y, expected)}
        if y.shape == expected.shape:
            gradients = subject.backward(mine, subject.dy, cache)
            right = subject.backward(trusted, subject.dy, other)
            pairs |= {f"d{name}": (gradients[name], right[name]) for name in right}
            pairs |= {name: (mine.state[name], trusted.state[name]) for name in trusted.state}
        for name, (a, b) in pairs.items():
            if largest_difference(a, b)[0] > 1e-6:
                guess = likely_kind(a, b, batch_axis=a.ndim > 1) if a.shape == b.shape else None
                if name == "y" and guess is None:
                    guess = _other_parameters(subject, trusted, y, training)
                yield _finding(f"{mode}: {name}", type(like).__name__, name, a, b, guess)
                return


def _finding(
    what: str, other: str, name: str, a: np.ndarray, b: np.ndarray, guess: Guess | None
) -> Finding:
    if a.shape != b.shape:
        message = f"{what} has shape {a.shape}, that of {other} {b.shape}."
        return Finding("like", WRONG, message, "wrong shape", array=name)
    apart, where = largest_difference(a, b)
    return Finding(
        "like", WRONG,
        f"{what} differs from that of {other} by {apart:.2g}. {name}{list(where)}: "
        f"{a[where]:.4g}, expected {b[where]:.4g}.",
        guess.kind if guess else "", guess.why if guess else "", name, where, apart,
        a.reshape(-1), b.reshape(-1),
    )  # fmt: skip


def _other_parameters(
    subject: Subject, trusted: Any, y: np.ndarray, training: bool
) -> Guess | None:
    """Ask whether the trusted layer gives this output for transposed or reversed parameters."""
    for name, array in trusted.params.items():
        for kind, changed, why in parameter_changes(array):
            other = copy.deepcopy(trusted)
            other.params[name] = np.ascontiguousarray(changed)
            found = subject.forward(other, subject.xs, training=training)[0]
            if near(found, y):
                return Guess(kind, f"it fits a {name} that is {why}")
    return None


def _twin(mine: Any, like: Any) -> Any:
    """Return the trusted layer with the weights and the state of the checked one."""
    other = copy.deepcopy(like)
    other.astype("float64")
    other.build_once(mine.input_shape, 0)
    for ours, theirs in ((mine.params, other.params), (mine.state, other.state)):
        if ours.keys() != theirs.keys():
            raise ValueError(
                f"like: the layer has {', '.join(ours) or 'no arrays'}, "
                f"{type(like).__name__} has {', '.join(theirs) or 'none'}; the names must agree."
            )
        for name, array in ours.items():
            theirs[name] = array.copy()
    return other
