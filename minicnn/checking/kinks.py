"""Gradients exactly at kinks: a convention, within bounds.

At a kink there is no derivative, and each library chooses one: at 0 a ReLU may have any slope
between 0 and 1. What a layer chooses must lie between the slopes next to the kink, along every
direction. Two equal maxima may share the derivative or not, but they cannot both get all of it:
along the direction that moves both, that is twice too much. A slope of 0 passes too: a kink that
is put together from two ReLUs, as TensorFlow's PReLU is, has it whatever the slopes beside are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minicnn.checking.findings import REMARK, SKIPPED, WRONG, Finding
from minicnn.checking.running import told
from minicnn.checking.subject import Subject

__all__ = ["check_kinks"]

#: Where the kinks of usual layers are: multiples of 1/2, and 3 and 6, those of hard sigmoids.
GRID = np.array([-6.0, -3.0, *np.arange(-2, 2.5, 0.5), 3.0, 6.0])
STEP = 1e-6
#: Size of the surroundings in which slopes are sampled.
AROUND = 1e-3
NEIGHBOURS = 24
DIRECTIONS = 7
OUTPUTS = 24


class _Slopes(NamedTuple):
    """Slopes of every output along one direction, which holds an array for every input."""

    direction: tuple[np.ndarray, ...]
    left: np.ndarray
    right: np.ndarray
    low: np.ndarray
    high: np.ndarray
    kinks: np.ndarray  # bool


def check_kinks(subject: Subject) -> Iterator[Finding]:
    """Put inputs on kinks and on ties, and judge the gradients by the slopes beside them."""
    rng = subject.rng(1)
    xs = tuple(rng.choice(GRID, x.shape) for x in subject.xs)
    for x in xs:
        x[0] = 0.0  # all equal, and all zero
    if subject.in_float32:
        yield Finding("kinks", SKIPPED, "forward computes in float32: slopes are too rough.")
        return
    layer = subject.fresh()
    try:
        y, cache = subject.forward(layer, xs, training=True)
    except Exception as error:
        yield Finding(
            "kinks", SKIPPED, f"forward does not take numbers such as -6 and 1/2: {told(error)}"
        )
        return
    directions = [tuple(np.ones(x.shape) for x in xs)]
    directions += [tuple(rng.normal(size=x.shape) for x in xs) for _ in range(DIRECTIONS - 1)]
    found = [_slopes(subject, xs, y, one, rng) for one in directions]
    kinky = np.flatnonzero(np.any([one.kinks for one in found], axis=0))
    if not kinky.size:
        return
    chosen = rng.permutation(kinky)[:OUTPUTS]
    steeper = []
    for k in chosen:
        dy = np.zeros(y.shape)
        dy.flat[k] = 1.0
        dx, _ = layer.backward(dy, cache)
        dxs = dx if isinstance(dx, tuple) else (dx,)
        for slopes in found:
            ours = float(sum(np.sum(g * d) for g, d in zip(dxs, slopes.direction, strict=True)))
            low = min(0.0, float(slopes.low.flat[k]))
            high = max(0.0, float(slopes.high.flat[k]))
            if not low - 1e-3 * max(1, abs(low)) <= ours <= high + 1e-3 * max(1, abs(high)):
                yield _wrong(y, k, ours, low, high)
                return
            if slopes.kinks.flat[k]:
                steep = max(abs(low), abs(high))
                steeper.append(abs(ours) >= steep - 1e-3 * max(1, steep))
    places = [f"y{list(map(int, np.unravel_index(k, y.shape)))}" for k in kinky[:3]]
    message = (
        f"{kinky.size} outputs on kinks or ties, such as {', '.join(places)}; each gradient lies "
        "between the slopes beside."
    )
    if all(steeper):
        message += (
            " It is always the steeper one: relu'(0) = 1, for example. That is a choice, but "
            "TensorFlow, PyTorch and minicnn choose the flatter one, 0."
        )
    yield Finding(
        "kinks", REMARK, message, "steeper side of a kink" if all(steeper) else "",
        "`>=` where `>` is usual" if all(steeper) else "",
    )  # fmt: skip


def _wrong(y: np.ndarray, k: int, ours: float, low: float, high: float) -> Finding:
    where = tuple(map(int, np.unravel_index(k, y.shape)))
    kind, why = "outside the slopes", "the gradient at a kink is no slope beside it"
    if ours > high > 0 or ours < low < 0:
        kind, why = "ties counted twice", "every one of several equal maxima gets all of dy?"
    return Finding(
        "kinks", WRONG,
        f"where y{list(where)} has a kink or a tie, its gradient gives a slope of {ours:.4g} along "
        f"a direction in which the slopes beside it are {low:.4g} to {high:.4g}.",
        kind, why, "x", where, abs(ours - min(max(ours, low), high)) / max(abs(ours), 1e-9),
        np.array([ours]), np.array([low if ours < low else high]),
    )  # fmt: skip


def _slopes(
    subject: Subject,
    xs: tuple[np.ndarray, ...],
    y: np.ndarray,
    direction: tuple[np.ndarray, ...],
    rng: np.random.Generator,
) -> _Slopes:
    """Measure the slopes to both sides, and those of pieces in the surroundings."""

    def at(points: tuple[np.ndarray, ...], t: float) -> np.ndarray:
        moved = tuple(x + t * d for x, d in zip(points, direction, strict=True))
        return subject.forward(subject.fresh(), moved, training=True)[0]

    right, left = (at(xs, STEP) - y) / STEP, (y - at(xs, -STEP)) / STEP
    near = (at(xs, STEP / 8) - y) / (STEP / 8) - (y - at(xs, -STEP / 8)) / (STEP / 8)
    apart = np.abs(right - left)
    kinks = (apart > 1e-3 * np.maximum(1, np.abs(left))) & (np.abs(near) > 0.5 * apart)
    around = [left, right]
    for _ in range(NEIGHBOURS):
        points = tuple(x + AROUND * rng.uniform(-1, 1, x.shape) for x in xs)
        around.append((at(points, STEP) - at(points, -STEP)) / (2 * STEP))
    return _Slopes(direction, left, right, np.min(around, 0), np.max(around, 0), kinks)
