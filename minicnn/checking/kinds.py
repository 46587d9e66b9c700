"""Guess what kind of mistake makes a gradient wrong, from its numbers and the right ones.

Every kind leaves a trace: a forgotten factor a constant ratio, a forgotten transposition the right
numbers in the wrong places, a mean instead of a sum a ratio of 1/n. The guesses are tried from the
most telling to the least.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

__all__ = ["KINDS", "Guess", "likely_kind", "near"]

#: What a wrong gradient may be called, with a sentence.
KINDS = {
    "not a number": "the gradient or the output holds NaN or infinity",
    "always zero": "the gradient is zero everywhere",
    "wrong sign": "the right gradient, with the opposite sign",
    "factor of 2": "the right gradient times 2 or 1/2",
    "constant ratio": "the right gradient times a constant",
    "transposed": "the right numbers with two axes exchanged",
    "flipped": "the right numbers in reverse order",
    "shifted": "the right numbers in the neighbouring places",
    "reordered": "the right numbers in other places",
    "exchanged": "the right gradient of another parameter or input",
    "mask not applied": "elements that should be zero are not; the others fit",
    "wrong mask": "the right numbers where both are nonzero, but other elements are zero",
    "part missing": "some elements are zero and should not be; the others fit",
    "wrong axis": "a sum or mean over the wrong axes",
    "missing factor": "the ratio to the right gradient is constant within each channel",
    "missing term": "a term of the formula is missing or wrong",
    "wrong slope": "each output depends on one input, but the slope is another function's",
}

#: Largest difference, relative to the largest value, at which two arrays count as equal.
CLOSE = 1e-5


class Guess(NamedTuple):
    """A likely kind, one of :data:`KINDS`, and what speaks for it."""

    kind: str
    why: str = ""


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are equal but for rounding, relative to the larger one's size."""
    if a.shape != b.shape:
        return False
    size = max(np.max(np.abs(a), initial=0.0), np.max(np.abs(b), initial=0.0))
    return bool(np.max(np.abs(a - b), initial=0.0) <= CLOSE * size)


def likely_kind(
    analytic: np.ndarray,
    numeric: np.ndarray,
    *,
    batch_axis: bool = False,
    counts: dict[str, int] | None = None,
) -> Guess | None:
    """Compare a wrong gradient with the right one.

    Parameters
    ----------
    analytic, numeric : ndarray of one shape
        The wrong gradient and the right one.
    batch_axis : bool
        Whether the first axis holds the samples, which are never exchanged or reversed.
    counts : dict of str to int, optional
        Numbers a ratio may come from, by what they count: {"samples": 4}.

    Returns
    -------
    Guess or None
        None if the numbers speak for nothing in particular.
    """
    a, b = np.asarray(analytic, np.float64), np.asarray(numeric, np.float64)
    if not np.isfinite(a).all():
        return Guess("not a number")
    if not np.isfinite(b).all():
        return Guess("not a number", "forward gives NaN or infinity")
    if not a.any():
        return Guess("always zero")
    if near(a, b):
        return Guess("missing term", "almost right: an epsilon in another place, or float32?")
    first = 1 if batch_axis else 0
    tries = (
        _ratio(a, b, counts or {}),
        _moved(a, b, first),
        _masked(a, b),
        _reordered(a, b, first),
        _wrong_axis(a, b, first),
        _by_channel(a, b),
    )
    return next(filter(None, tries), None)


def _ratio(a: np.ndarray, b: np.ndarray, counts: dict[str, int]) -> Guess | None:
    if not b.any():
        return None
    c = float(np.sum(a * b) / np.sum(b * b))
    if c == 0.0 or not near(a, c * b):
        return None
    if abs(c + 1) < CLOSE:
        return Guess("wrong sign")
    for power, sign, meant in (
        (1, "", "sum instead of a mean"),
        (-1, "1/", "mean instead of a sum"),
    ):
        fits = [
            f"{n} {what}" for what, n in counts.items() if n > 2 and abs(c / n**power - 1) < CLOSE
        ]
        if fits:
            n = fits[0].split()[0]
            why = f"{sign}{n}, and there are {' and '.join(fits)}: a {meant}?"
            return Guess("constant ratio", why)
    if any(abs(abs(c) / factor - 1) < CLOSE for factor in (2.0, 0.5)):
        return Guess("factor of 2", f"the ratio is {c:.3g}")
    return Guess("constant ratio", f"the ratio is {c:.4g}")


def _moved(a: np.ndarray, b: np.ndarray, first: int) -> Guess | None:
    """Compare with the right numbers in other places."""
    axes = [k for k in range(first, a.ndim) if a.shape[k] > 1]
    for j, k in combinations(axes, 2):
        if a.shape[j] == a.shape[k] and near(a, np.swapaxes(b, j, k)):
            return Guess("transposed", f"it fits with axes {j} and {k} exchanged")
    for count in range(1, len(axes) + 1):
        for some in combinations(axes, count):
            if near(a, np.flip(b, some)):
                return Guess("flipped", f"it fits with axes {', '.join(map(str, some))} reversed")
    images = axes[:2] if a.ndim > 2 else axes
    for moves in np.ndindex(*(3,) * len(images)):
        by = [move - 1 for move in moves]
        if any(by) and _fits_shifted(a, b, images, by):
            return Guess("shifted", f"it fits moved by {by} along axes {images}")
    return None


def _fits_shifted(a: np.ndarray, b: np.ndarray, axes: list[int], by: list[int]) -> bool:
    ours, right = [slice(None)] * a.ndim, [slice(None)] * a.ndim
    for axis, move in zip(axes, by, strict=True):
        if a.shape[axis] < 4:
            return False
        ours[axis] = slice(max(move, 0), a.shape[axis] + min(move, 0))
        right[axis] = slice(max(-move, 0), a.shape[axis] + min(-move, 0))
    return near(a[tuple(ours)], b[tuple(right)])


def _reordered(a: np.ndarray, b: np.ndarray, first: int) -> Guess | None:
    """Compare the sorted numbers of each sample, or of a parameter, if they are many."""
    ours, right = (np.sort(one.reshape(len(one) if first else 1, -1)) for one in (a, b))
    if ours.shape[1] > 4 and near(ours, right):
        return Guess("reordered", "a reshape without the transpose it needs, or another order?")
    return None


def _masked(a: np.ndarray, b: np.ndarray) -> Guess | None:
    """Compare where one of the two is zero."""
    size = np.max(np.abs(b), initial=0.0)
    a_zero, b_zero = np.abs(a) <= 1e-9 * size, np.abs(b) <= 1e-9 * size
    both = ~a_zero & ~b_zero
    if both.sum() < 2 or not (a_zero ^ b_zero).any():
        return None
    apart = np.abs(a - b) > CLOSE * size
    lost = int((apart & a_zero).sum())
    if lost > 0.5 * apart.sum() and not (apart & b_zero).any():
        return Guess("part missing", f"{lost} elements are zero and should not be")
    ratios = a[both] / b[both]
    if np.ptp(ratios) > CLOSE * abs(ratios).max():
        return None
    ratio = "" if abs(ratios[0] - 1) < CLOSE else f"; elsewhere the ratio is {ratios[0]:.3g}"
    extra, lacking = int((b_zero & ~a_zero).sum()), int((a_zero & ~b_zero).sum())
    if not lacking:
        return Guess("mask not applied", f"{extra} elements should be zero{ratio}")
    if not extra:
        return Guess("part missing", f"{lacking} elements are zero and should not be{ratio}")
    return Guess("wrong mask", f"{extra} elements should be zero, {lacking} should not{ratio}")


def _wrong_axis(a: np.ndarray, b: np.ndarray, first: int) -> Guess | None:
    """Compare with sums and means of the right numbers, spread over an axis."""
    for axis in range(first, a.ndim):
        if a.shape[axis] < 2 or np.max(np.ptp(a, axis=axis)) > CLOSE * np.max(np.abs(a)):
            continue
        for word, reduce in (("sum", np.sum), ("mean", np.mean)):
            if near(a, np.broadcast_to(reduce(b, axis=axis, keepdims=True), a.shape)):
                return Guess("wrong axis", f"all elements of axis {axis} hold their {word}")
        return Guess("wrong axis", f"all elements of axis {axis} are equal")
    return None


def _by_channel(a: np.ndarray, b: np.ndarray) -> Guess | None:
    """Look for a ratio that depends on the last axis alone."""
    if a.ndim < 2 or a.shape[-1] < 2 or not (b.all() and a.all()):
        return None
    ratios = (a / b).reshape(-1, a.shape[-1])
    if np.max(np.ptp(ratios, axis=0) / np.max(np.abs(ratios), axis=0)) > CLOSE:
        return None
    shown = ", ".join(f"{ratio:.3g}" for ratio in ratios[0][:4])
    return Guess("missing factor", f"the ratios of the channels are {shown}")
