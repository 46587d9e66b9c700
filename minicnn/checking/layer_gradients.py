"""The gradients of a layer against differences, and what kind of mistake a wrong one points to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.checking.findings import OK, REMARK, WRONG, Finding
from minicnn.checking.gradients import STEP, TOLERANCE, Comparison, compare, comparison
from minicnn.checking.kinds import Guess, likely_kind, near
from minicnn.checking.report import GradientRow
from minicnn.checking.subject import Subject

__all__ = ["check_layer_gradients", "parameter_changes"]

#: What the axes of an input and of a parameter are called, by their number.
_AXES = {
    (1, False): ["places"],
    (2, True): ["samples", "columns"],
    (4, True): ["samples", "rows", "columns", "channels"],
    (2, False): ["rows", "columns"],
    (4, False): ["rows", "columns", "input channels", "filters"],
}

#: Step and tolerance for a layer that computes in float32, whose rounding errors are 1e-7 / step.
ROUGH_STEP, ROUGH_TOLERANCE = 5e-3, 1e-2

#: Largest array of which every element is compared, to find the kind of mistake.
WHOLE = 1500


def check_layer_gradients(subject: Subject, entries: int) -> Iterator[Finding]:
    """Compare the gradients with differences, in training and in inference."""
    wrong_before: set[str] = set()
    limits = (TOLERANCE, STEP)
    if subject.in_float32:
        limits = (ROUGH_TOLERANCE, ROUGH_STEP)
        yield Finding(
            "gradients", REMARK,
            "forward computes in float32 although its input is float64, so the gradients can only "
            f"be compared to {ROUGH_TOLERANCE:g}. Compute in x.dtype, and they are to 1e-7.",
        )  # fmt: skip
    x = subject.xs if subject.joins else subject.xs[0]
    for training in (True, False):
        whole = comparison(subject.fresh(), x, training=training, seed=subject.seed)
        for name, row in compare(whole, *limits, entries).items():
            if row.passed:
                yield Finding("gradients", OK, array=name, error=row.error)
            if row.passed or name in wrong_before:
                continue
            wrong_before.add(name)
            mode = "training" if training else "inference"
            yield _finding(whole, name, row, mode, subject, limits)


def _finding(
    whole: Comparison,
    name: str,
    row: GradientRow,
    mode: str,
    subject: Subject,
    limits: tuple[float, float],
) -> Finding:
    what = f"{mode}: the gradient of {name}"
    if row.problem:
        return Finding(
            "gradients", WRONG, f"{what}: {row.problem}.", _kind_of(row.problem), array=name
        )
    if not row.checked:
        return Finding("gradients", WRONG, f"{what} has kinks everywhere.", array=name)
    shape = whole.arrays[name].shape
    if row.checked < row.size <= WHOLE:
        row = compare(whole, *limits, WHOLE, [name])[name]
    worst = row.worst
    where = tuple(map(int, np.unravel_index(row.places[worst], shape)))
    apart = ~(np.abs(row.analytic - row.numeric) <= row.tolerance * np.max(np.abs(row.numeric)))
    message = (
        f"{what} is wrong. {name}{list(where)}: backward gives {row.analytic[worst]:.4g}, "
        f"differences give {row.numeric[worst]:.4g}. Error {row.error:.2g} (up to "
        f"{row.tolerance:.0e} passes); {int(apart.sum())} of {row.checked} elements are wrong."
    )
    guess = _guess(whole, name, row, subject, limits)
    return Finding(
        "gradients", WRONG, message, guess.kind, guess.why, name, where, row.error,
        row.analytic, row.numeric,
    )  # fmt: skip


def region(wrong: np.ndarray, is_input: bool) -> str:
    """Say which rows, columns, samples or channels hold the wrong elements, if not all do."""
    if wrong.all() or not wrong.any():
        return ""
    held = _indices(wrong)
    box = wrong[np.ix_(*held)]
    part = [
        one if len(one) < size else one[:0] for one, size in zip(held, wrong.shape, strict=True)
    ]
    inside = _listed(part, is_input, " and ")
    if box.all():
        return f"exactly those in {inside} are wrong"
    right = _indices(~box)
    if (~box).sum() == np.prod([len(one) for one in right]):
        whole = [np.delete(one, some) for one, some in zip(held, right, strict=True)]
        among = f", among {inside}," if inside else ""
        return f"exactly those in {_listed(whole, is_input, ' or ')}{among} are wrong"
    return f"all wrong ones are in {inside}" if inside else ""


def _indices(array: np.ndarray) -> list[np.ndarray]:
    """Return for each axis the indices at which something is true."""
    return [np.unique(one) for one in np.nonzero(array)]


def _listed(indices: list[np.ndarray], is_input: bool, joined: str) -> str:
    names = _AXES.get((len(indices), is_input), [f"places of axis {k}" for k in range(9)])
    parts = []
    for name, some in zip(names, indices, strict=False):
        run = len(some) > 2 and some[-1] - some[0] < len(some)
        numbers = f"{some[0]} to {some[-1]}" if run else ", ".join(map(str, some))
        parts += [f"{name} {numbers}"] if len(some) else []
    return joined.join(parts)


def _kind_of(problem: str) -> str:
    return "wrong axis" if problem.startswith("gradient of shape") else "no gradient"


def _guess(
    whole: Comparison,
    name: str,
    row: GradientRow,
    subject: Subject,
    limits: tuple[float, float],
) -> Guess:
    shape, is_input = whole.arrays[name].shape, name.startswith("x")
    counts = {"samples": subject.n}
    if subject.dy.ndim > 2:
        counts["values of dy per channel"] = subject.dy[..., 0].size
    if subject.dy.ndim == 4:
        counts["positions of the output"] = int(np.prod(subject.dy.shape[1:3]))
    if subject.xs[0].ndim == 4:
        counts["positions of the input"] = int(np.prod(subject.xs[0].shape[1:3]))
    if subject.dy.ndim == 4:
        windows = _window_sizes(subject.given)
        counts = {what: n for what, n in counts.items() if n not in windows}
    if row.checked < row.size:  # without the whole array, its shape says nothing
        return likely_kind(row.analytic, row.numeric, counts=counts) or Guess("missing term")
    a, b = row.analytic.reshape(shape), row.numeric.reshape(shape)
    guess = likely_kind(a, b, batch_axis=is_input, counts=counts)
    if guess is None or guess.kind == "missing factor":
        guess = _with_other_parameters(whole, name, a) or guess
    if guess is None:
        guess = _exchanged(whole, name, a, limits)
    wrong = np.abs(a - b) > row.tolerance * np.max(np.abs(b))
    if guess is None and is_input and _elementwise(whole, name, np.flatnonzero(wrong)):
        guess = Guess("wrong slope", "each output depends on one input only")
    return guess or Guess("missing term", _term(whole, name, a, b) or region(wrong, is_input))


def _window_sizes(layer: Any) -> set[int]:
    """Return what may be a factor of a window: its sides, and their products."""
    sides: set[int] = set()
    for name, value in vars(layer).items():
        numbers = value if isinstance(value, (tuple, list)) else (value, value)
        if len(numbers) == 2 and all(isinstance(n, int) for n in numbers) and name != "filters":
            sides |= {*numbers, numbers[0] * numbers[1]}
    return sides


def _with_other_parameters(whole: Comparison, name: str, a: np.ndarray) -> Guess | None:
    """Ask whether the gradient is right for parameters that are transposed, flipped, or 1."""
    for other, array in whole.arrays.items():
        if other == name or other.startswith("x"):
            continue
        for kind, changed, why in parameter_changes(array):
            kept = array.copy()
            array[...] = changed
            try:
                at = whole._replace(at=whole.function())
                found = compare(at, entries=a.size, names=[name])[name]
            finally:
                array[...] = kept
            if found.checked == a.size and near(a, found.numeric.reshape(a.shape)):
                return Guess(kind, f"it fits a {other} that is {why}")
    return None


def parameter_changes(array: np.ndarray) -> Iterator[tuple[str, np.ndarray, str]]:
    """Return what a mistake may have made of a parameter: the kind, the array, and words."""
    if array.ndim >= 2:
        if array.shape[-1] == array.shape[-2]:
            yield "transposed", np.swapaxes(array, -1, -2), "transposed"
        yield "flipped", np.flip(array, (0, 1)), "turned by 180 degrees"
    yield "missing factor", np.ones_like(array), "1 everywhere: it is missing as a factor"


def _exchanged(
    whole: Comparison, name: str, a: np.ndarray, limits: tuple[float, float]
) -> Guess | None:
    """Ask whether a wrong gradient is the right one of another array."""
    for other, array in whole.arrays.items():
        if other != name and array.shape == a.shape:
            found = compare(whole, *limits, WHOLE, [other])[other]
            if found.checked == a.size and near(a, found.numeric.reshape(a.shape)):
                return Guess("exchanged", f"it is the gradient of {other}")
    return None


def _elementwise(whole: Comparison, name: str, places: np.ndarray) -> bool:
    """Whether inputs change the output in their own place only; up to eight places are tried."""
    x = whole.arrays[name]
    if x.shape != whole.dy.shape:
        return False
    for i in places[:: max(1, len(places) // 8)]:
        kept = x.flat[i]
        x.flat[i] = kept + 0.1
        try:
            changed = (whole.function().y != whole.at.y).reshape(-1)
        finally:
            x.flat[i] = kept
        if np.delete(changed, i).any():
            return False
    return True


def _term(whole: Comparison, name: str, a: np.ndarray, b: np.ndarray) -> str:
    """Name what the missing term is proportional to, if it is something simple."""
    missing = b - a
    known = {"dy": whole.dy, "x": whole.arrays.get("x"), "y": whole.at.y}
    candidates = {k: v for k, v in known.items() if v is not None and v.shape == a.shape}
    if not candidates:
        return ""
    for words, axis in (("each channel", -1), ("each sample", 0)):
        rows = np.moveaxis(missing, axis, 0).reshape(missing.shape[axis], -1)
        if rows.shape[1] < 4:
            continue
        if np.allclose(rows, rows[:, :1], atol=1e-6 * np.max(np.abs(rows))):
            return f"what is missing is constant within {words}"
        for what, array in candidates.items():
            by = np.moveaxis(array, axis, 0).reshape(rows.shape)
            if _linear(rows, by):
                return f"what is missing is linear in {what} within {words}"
    return ""


def _linear(rows: np.ndarray, by: np.ndarray) -> bool:
    """Whether every row is a multiple of the other array's row, plus a constant."""
    for row, one in zip(rows, by, strict=True):
        basis = np.stack([one, np.ones_like(one)], 1)
        rest = row - basis @ np.linalg.lstsq(basis, row, rcond=None)[0]
        if np.max(np.abs(rest)) > 1e-5 * np.max(np.abs(rows)):
            return False
    return True
