"""Gradient check: compare the derivative that ``backward`` computes with the slope of ``forward``.

Differences in float64 are correct to about ten digits, so they expose a wrong gradient, provided
the check is made at a general point. A layer's initial values are not general:
with gamma = 1 a forgotten factor gamma is invisible, and with dy = 1 a batch normalisation has
dx = 0 whatever else is wrong. So the parameters and the cotangent dy are drawn at random.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minicnn.checking.differences import Point, slope, slopes_beside
from minicnn.checking.general_position import in_general_position, layers_of
from minicnn.checking.report import GradientReport, GradientRow
from minicnn.random import Key, generator

__all__ = ["check_gradients", "check_loss_gradient"]

#: Relative size of a step. The two errors of (differences.1), of order h^2 and 2e-16 / h, are
#: equal near the cube root of 2e-16; there both are about 1e-11 of the gradient.
STEP = 1e-5

#: Largest error that passes.
TOLERANCE = 1e-7


def check_gradients(
    layer_or_model: Any,
    x: np.ndarray | Sequence[np.ndarray],
    *,
    training: bool = True,
    seed: int = 0,
    tolerance: float = TOLERANCE,
    step: float = STEP,
    entries: int = 100,
) -> GradientReport:
    """Compare the gradients of a layer or model with finite differences of its outputs.

    Parameters
    ----------
    layer_or_model : Layer or Model
        Must be built. It is not changed: the check works on a copy in float64, whose parameters
        are drawn around the given values.
    x : ndarray of float32 or float64, shape (n, ...), or a tuple of these
        The point to check at; left untouched.
    training : bool
        Whether to check the training mode. Dropout and noise draw the same numbers in every call.
    seed : int
        Seed of the parameters, the cotangent, the coordinates, dropout and noise.
    tolerance : float
        Largest error that passes.
    step : float
        Size of the differences, relative to values above 1.
    entries : int
        Largest number of coordinates to compare in one array; for larger arrays, that many are
        drawn, but for one: that of the largest gradient.

    Returns
    -------
    GradientReport
        A row for the input "x" ("x[0]", "x[1]" if there are several) and one for each parameter;
        ``print`` shows a table.

    Raises
    ------
    ValueError
        If something is not built, or `x` is not an array of floats of the right shape.

    Examples
    --------
    >>> from minicnn.layers import Dense
    >>> layer = Dense(3)
    >>> layer.build((4,), rng=0)
    >>> x = np.random.default_rng(0).normal(size=(2, 4))
    >>> check_gradients(layer, x)["kernel"].passed
    True
    """
    at = comparison(layer_or_model, x, training=training, seed=seed)
    return GradientReport(at.title, compare(at, tolerance, step, entries))


class Comparison(NamedTuple):
    """What is needed to compare gradients with differences.

    Attributes
    ----------
    title : str
        What is checked.
    function : callable
        Returns the :class:`Point` for the current `arrays`.
    at : Point
        What it returns now.
    dy : ndarray
        Cotangent.
    arrays, analytic : dict of str to ndarray
        The inputs and parameters, which `function` reads, and their gradients by ``backward``.
    rng : numpy Generator
        Draws the coordinates.
    subject : Layer or Model
        What `function` runs.
    """

    title: str
    function: Callable[[], Point]
    at: Point
    dy: np.ndarray
    arrays: dict[str, np.ndarray]
    analytic: dict[str, np.ndarray]
    rng: np.random.Generator
    subject: Any = None


def comparison(layer_or_model: Any, x: Any, *, training: bool, seed: int) -> Comparison:
    """Run both passes at a general point; the arguments are those of :func:`check_gradients`."""
    title = f"{type(layer_or_model).__name__} {getattr(layer_or_model, 'name', '')!r}"
    several = isinstance(x, (list, tuple))
    named = {f"x[{k}]": one for k, one in enumerate(x)} if several else {"x": x}
    inputs = {name: _as_float64(title, name, array) for name, array in named.items()}
    rng = generator(seed, "check")
    subject = in_general_position(layer_or_model, rng, "float64")
    states = {path: copy.deepcopy(layer.state) for path, layer in layers_of(subject).items()}

    def run(subject: Any) -> tuple[Point, Any]:
        # A forward in training may move statistics that the next one begins with.
        for path, layer in layers_of(subject).items():
            layer.state.update(copy.deepcopy(states[path]))
        # Copies: the output of an identity is its input, which moves, and a wrong layer may
        # write to its input.
        given = tuple(array.copy() for array in inputs.values())
        y, cache = subject.forward(given if several else given[0], training=training, key=Key(seed))
        if isinstance(y, list):
            raise ValueError(f"{title}: has {len(y)} outputs; check a Model with a single output.")
        pieces = subject.branches(cache)
        of_steps = pieces if isinstance(pieces, list) else [pieces]
        # A wrong layer may overwrite its output.
        return Point(y.copy(), tuple(piece for piece in of_steps if piece is not None)), cache

    at, _ = run(subject)
    dy = rng.normal(size=at.y.shape)
    # A twin goes backward: a wrong layer may change its parameters there.
    twin = copy.deepcopy(subject)
    _, cache = run(twin)
    dx, grads = twin.backward(dy.copy(), cache)
    arrays = inputs | {
        path + name: value
        for path, layer in layers_of(subject).items()
        for name, value in layer.params.items()
    }
    analytic = dict(zip(inputs, dx if several else [dx], strict=True)) | grads
    return Comparison(title, lambda: run(subject)[0], at, dy, arrays, analytic, rng, subject)


def check_loss_gradient(
    loss: Any,
    y_true: Any,
    y_pred: np.ndarray,
    *,
    sample_weight: Any = None,
    seed: int = 0,
    tolerance: float = TOLERANCE,
    step: float = STEP,
    entries: int = 100,
) -> GradientReport:
    """Compare the gradient of a loss with differences of its values.

    Parameters
    ----------
    loss : Loss
        Its value and its ``backward`` are compared.
    y_true, sample_weight
        As the loss takes them.
    y_pred : ndarray of float32 or float64
        Predictions to check at; probabilities must be away from 0 and 1, where a loss clips them.
    seed, tolerance, step, entries
        As in :func:`check_gradients`.

    Returns
    -------
    GradientReport
        With the row "y_pred".
    """
    title = f"{type(loss).__name__} {loss.name!r}"
    y_pred = _as_float64(title, "y_pred", y_pred)

    def function() -> Point:
        return Point(np.asarray(loss(y_true, y_pred, sample_weight)), ())

    at = function()
    _, cache = loss.forward(y_true, y_pred, sample_weight)
    arrays, analytic = {"y_pred": y_pred}, {"y_pred": loss.backward(cache)}
    # A loss is one number and nothing follows it: its cotangent is 1.
    one, rng = np.ones(()), generator(seed, "check")
    whole = Comparison(title, function, at, one, arrays, analytic, rng)
    return GradientReport(title, compare(whole, tolerance, step, entries))


def _as_float64(title: str, name: str, array: Any) -> np.ndarray:
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        got = getattr(array, "dtype", type(array).__name__)
        raise ValueError(f"{title}: {name} must be a float32 or float64 array, got {got}.")
    return array.astype(np.float64, order="C")


def compare(
    whole: Comparison,
    tolerance: float = TOLERANCE,
    step: float = STEP,
    entries: int = 100,
    names: Iterable[str] | None = None,
) -> dict[str, GradientRow]:
    """Return the row of every array, or of some; each coordinate is moved in place, one at a time.

    The arguments are those of :func:`check_gradients`.
    """
    function, at, dy, arrays, analytic = whole[1:6]
    rows = {}
    for name in names or [*arrays, *(analytic.keys() - arrays.keys())]:
        problem = _mismatch(arrays.get(name), analytic.get(name))
        if problem:
            size = np.size(arrays.get(name, ()))
            rows[name] = GradientRow(np.nan, tolerance, 0, 0, 0, size, problem=problem)
            continue
        array = arrays[name]
        chosen = whole.rng.choice(array.size, min(entries, array.size), replace=False)
        largest = np.argmax(np.abs(analytic[name]))
        if largest not in chosen:
            # Errors are relative to the largest gradient compared. If all drawn ones are tiny,
            # rounding is large beside them.
            chosen[-1] = largest
        chosen.sort()
        slopes = [slope(function, at, dy, array, i, step) for i in chosen]
        compared = [k for k, found in enumerate(slopes) if found.value is not None]
        places = chosen[compared]
        numeric = np.array([slopes[k].value for k in compared], np.float64)
        ours = np.asarray(analytic[name]).reshape(-1)[places]
        kinks = sum(found.kink for found in slopes)
        apart = np.abs(ours - numeric) > tolerance * _size(ours, numeric)
        for k in np.flatnonzero(apart):
            if slopes[compared[k]].kink:
                continue  # the layer has said which slope it takes
            between = slopes_beside(function, at, dy, array, places[k], step)
            if between is not None:  # a kink that nobody reported: any slope beside it is right
                kinks += 1
                numeric[k] = np.clip(ours[k], *between)
        error, zero = _error(ours, numeric, tolerance)
        excluded = len(slopes) - len(compared)
        rows[name] = GradientRow(
            error, tolerance, len(compared), kinks, excluded, array.size, zero,
            places=places, analytic=ours, numeric=numeric,
        )  # fmt: skip
    return rows


def _mismatch(array: np.ndarray | None, grad: np.ndarray | None) -> str:
    if array is None:
        return "a gradient without a parameter"
    if grad is None:
        return "no gradient"
    if np.shape(grad) != array.shape:
        return f"gradient of shape {np.shape(grad)}, expected {array.shape}"
    return ""


def _size(analytic: np.ndarray, numeric: np.ndarray) -> float:
    return float(max(np.max(np.abs(analytic), initial=0), np.max(np.abs(numeric), initial=0)))


def _error(analytic: np.ndarray, numeric: np.ndarray, tolerance: float) -> tuple[float, bool]:
    """Return the largest difference, relative to the gradient's size unless that is zero."""
    if not analytic.size:
        return float("nan"), False
    difference = float(np.max(np.abs(analytic - numeric)))
    size = _size(analytic, numeric)
    # dy is of size 1, so a gradient this small is rounding, like that of a bias before a batch
    # norm. NaN compares false, so it is not taken for zero.
    zero = size <= tolerance
    return (difference if zero else difference / size), zero
