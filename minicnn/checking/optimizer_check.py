"""check_optimizer: the steps of an optimizer against those of a trusted one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.checking.findings import REMARK, WRONG, CheckReport, Finding
from minicnn.checking.kinds import likely_kind
from minicnn.checking.running import run_checks
from minicnn.checking.subject import largest_difference
from minicnn.random import generator

__all__ = ["check_optimizer"]

#: Constants such as 1 - beta pass through float32 in Keras and here: 1e-5 of them.
TOLERANCE = 1e-4


def check_optimizer(
    optimizer: Any, like: Any = None, *, steps: int = 20, seed: int = 0
) -> CheckReport:
    """Check the steps of an optimizer.

    Parameters
    ----------
    optimizer : Optimizer
        Yours; no step may have been done with it. It is copied.
    like : Optimizer, optional
        One that should take the same steps, such as ``minicnn.optimizers.Adam()``. An update rule
        has no slope to be compared with, so only this tells a wrong rule from another rule.
    steps : int
        Number of steps compared.
    seed : int
        Of the parameters and gradients.

    Returns
    -------
    CheckReport
        With the checks "unchanged" (the gradients are), "moves" (parameters change in place,
        against the gradient, and with the learning rate), "separate" (a parameter's steps do not
        depend on the others) and "like".
    """
    checks = {
        "unchanged": lambda: _unchanged(optimizer, seed),
        "moves": lambda: _moves(optimizer, seed),
        "separate": lambda: _separate(optimizer, steps, seed),
    }
    if like is not None:
        checks["like"] = lambda: _like(optimizer, like, steps, seed)
    return run_checks(type(optimizer).__name__, checks)


def _params(seed: int) -> dict[str, np.ndarray]:
    rng = generator(seed, "check", 1)
    return {"kernel": rng.normal(size=(4, 3)), "bias": rng.normal(size=3)}


def _gradients(seed: int, step: int) -> dict[str, np.ndarray]:
    rng = generator(seed, "check", 2, step)
    return {"kernel": rng.normal(size=(4, 3)), "bias": rng.normal(size=3)}


def _path(
    optimizer: Any, steps: int, seed: int, names: tuple[str, ...], sign: float = 1.0
) -> list[dict]:
    optimizer, params = copy.deepcopy(optimizer), _params(seed)
    params = {name: params[name] for name in names}
    path = [{name: value.copy() for name, value in params.items()}]
    for step in range(steps):
        grads = _gradients(seed, step)
        optimizer.step(params, {name: sign * grads[name] for name in names})
        path.append({name: value.copy() for name, value in params.items()})
    return path


def _unchanged(optimizer: Any, seed: int) -> Iterator[Finding]:
    optimizer, params, grads = copy.deepcopy(optimizer), _params(seed), _gradients(seed, 0)
    before = {name: value.copy() for name, value in grads.items()}
    for _ in range(2):
        optimizer.step(params, grads)
    for name, value in grads.items():
        apart, where = largest_difference(value, before[name])
        if apart:
            yield Finding(
                "unchanged", WRONG, f"a step changes the gradient of {name}.", "changed in place",
                "", name, where, apart,
            )  # fmt: skip
            return


def _moves(optimizer: Any, seed: int) -> Iterator[Finding]:
    before, after = (one["kernel"] for one in _path(optimizer, 1, seed, ("kernel",)))
    step, gradient = after - before, _gradients(seed, 0)["kernel"]
    # A weight decay, which may be larger, is in both steps.
    opposite = _path(optimizer, 1, seed, ("kernel",), -1.0)[1]["kernel"]
    if not np.isfinite(step).all():
        yield Finding(
            "moves", WRONG, "the first step makes parameters NaN or infinite.", "not a number",
            "a division by zero, such as by 1 - beta**t at t = 0?",
        )  # fmt: skip
    elif not step.any():
        yield Finding(
            "moves", WRONG, "a step leaves the parameters as they are.", "not in place",
            "`w = w - ...` binds a new name; `w -= ...` changes the array",
        )  # fmt: skip
    elif np.sum((after - opposite) * gradient) > 0:
        yield Finding("moves", WRONG, "the first step goes uphill.", "wrong sign")
    else:
        twice = copy.deepcopy(optimizer)
        if isinstance(twice.learning_rate, float):
            twice.learning_rate *= 2.0
            if not largest_difference(_path(twice, 1, seed, ("kernel",))[1]["kernel"], after)[0]:
                message = "twice the learning rate gives the same step: is `rate` used?"
                yield Finding("moves", REMARK, message, "rate unused")


def _separate(optimizer: Any, steps: int, seed: int) -> Iterator[Finding]:
    optimizer = copy.deepcopy(optimizer)
    optimizer.global_clipnorm = None  # which is meant to look at all of them
    both = _path(optimizer, steps, seed, ("kernel", "bias"))
    for name in ("kernel", "bias"):
        alone = _path(optimizer, steps, seed, (name,))
        if not np.isfinite(both[-1][name]).all():
            continue  # "moves" says so
        apart, where = largest_difference(both[-1][name], alone[-1][name])
        if apart > 1e-9:
            yield Finding(
                "separate", WRONG,
                f"{name} takes other steps when it is not the only parameter.",
                "state shared", "one array is used for several parameters", name, where, apart,
            )  # fmt: skip
            return


def _like(optimizer: Any, like: Any, steps: int, seed: int) -> Iterator[Finding]:
    ours, theirs = (_path(one, steps, seed, ("kernel", "bias")) for one in (optimizer, like))
    for number in range(1, steps + 1):
        for name in ours[0]:
            a, b = (path[number][name] - path[number - 1][name] for path in (ours, theirs))
            apart, where = largest_difference(a, b)
            if apart > TOLERANCE:
                guess = likely_kind(a, b)
                yield Finding(
                    "like", WRONG,
                    f"step {number} moves {name}{list(where)} by {a[where]:.4g}, "
                    f"{type(like).__name__} moves it by {b[where]:.4g}.",
                    guess.kind if guess else "missing term",
                    f"{guess.why}; the steps before agree" if guess and number > 1 else
                    (guess.why if guess else ""),
                    name, where, apart, a.reshape(-1), b.reshape(-1),
                )  # fmt: skip
                return
