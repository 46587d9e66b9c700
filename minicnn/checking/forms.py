"""Shapes and dtypes, initial weights, penalties, files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from minicnn.checking.findings import REMARK, SKIPPED, WRONG, Finding
from minicnn.checking.kinds import likely_kind
from minicnn.checking.layer_gradients import WHOLE
from minicnn.checking.running import told
from minicnn.checking.subject import Subject, arrays_of, largest_difference, require_arrays
from minicnn.layers import Input, InputLayer
from minicnn.loading import load_model
from minicnn.model import Model
from minicnn.random import Key

__all__ = ["check_files", "check_penalties", "check_shapes", "check_start"]


def check_shapes(subject: Subject) -> Iterator[Finding]:
    """Every dtype, batch size and shape of image."""
    for dtype in ("float32", "float64"):
        layer = subject.fresh()
        layer.astype(dtype)
        xs = tuple(x.astype(dtype) for x in subject.xs)
        for n in (1, subject.n):
            some = tuple(x[:n] for x in xs)
            y, cache = layer.forward(
                some if subject.joins else some[0], training=n > 1, key=Key(subject.seed)
            )
            if len(y) != n:
                yield Finding(
                    "shapes", WRONG, f"{n} of the samples as a batch give {len(y)} outputs.",
                    "wrong axis", "something is broadcast along axis 0, that of the samples",
                )  # fmt: skip
                return
            if np.isnan(y).any() and all(np.isfinite(x).all() for x in some):
                where = tuple(map(int, np.argwhere(np.isnan(y))[0]))
                yield Finding(
                    "shapes", WRONG, f"{dtype}: y{list(where)} is NaN, and x is finite.",
                    "not a number", "0 / 0, or the mean of an empty slice?", "y", where,
                )  # fmt: skip
                return
            dx, grads = layer.backward(subject.dy[:n].astype(dtype), cache)
            require_arrays(grads)
            for name, array in {"dx": arrays_of(dx)[0], **grads}.items():
                if array.dtype != dtype:
                    yield Finding(
                        "shapes", WRONG, f"{dtype}: {name} is {array.dtype}; make constants in "
                        "x.dtype.", "wrong dtype", array=name,
                    )  # fmt: skip
                    return
            for name in sorted(grads.keys() ^ layer.params.keys()):
                holder = "grads" if name in grads else "params"
                yield Finding("shapes", WRONG, f"only {holder} has {name!r}.", "no gradient")
                return
    yield from _large(subject)
    yield from _zeros(subject)
    yield from _not_square(subject)


def _large(subject: Subject) -> Iterator[Finding]:
    """Inputs that are a thousand times as large: exp must not overflow on the way to a NaN."""
    overflows: list[str] = []
    # Without an overflow, a NaN means that the layer is not defined there, as arcsin.
    with np.errstate(over="call", call=lambda kind, _: overflows.append(kind)):
        name, what = _first_nan(subject, tuple(1000.0 * x for x in subject.xs))
    if name and overflows:
        yield Finding(
            "shapes", WRONG,
            f"for inputs 1000 times as large as yours, a number overflows, and {what} holds NaN.",
            "not a number", "inf / inf or inf - inf, after an exp?", name,
        )  # fmt: skip


def _zeros(subject: Subject) -> Iterator[Finding]:
    """A batch of zeros, such as of blank images or behind dead ReLUs: no 0 / 0."""
    name, what = _first_nan(subject, tuple(np.zeros_like(x) for x in subject.xs))
    if name:
        # A layer of positive numbers need not be defined at 0.
        inside = all(x.min() <= 0 <= x.max() for x in subject.xs)
        yield Finding(
            "shapes", WRONG if inside else REMARK, f"for a batch of zeros, {what} holds NaN.",
            "not a number", "0 / 0: an epsilon is missing?", name,
        )  # fmt: skip


def _first_nan(subject: Subject, xs: tuple[np.ndarray, ...]) -> tuple[str, str]:
    """Return which array of a training step holds NaN, and in words; "" if none does."""
    layer = subject.fresh()
    try:
        y, cache = subject.forward(layer, xs, training=True)
        arrays = {"y": y} | subject.backward(layer, subject.dy, cache)
    except Exception:
        return "", ""  # a layer need not take such numbers
    name = next((name for name, array in arrays.items() if np.isnan(array).any()), "")
    return name, name if name in ("", "y") else f"the gradient of {name}"


def _not_square(subject: Subject) -> Iterator[Finding]:
    shape = subject.given.input_shape
    if subject.joins or len(shape) != 3:
        return
    size = max(shape[:2])

    def attempt(h: int, w: int) -> tuple[tuple[int, ...], str]:
        """Return the shape of the output and what is wrong."""
        layer = subject.fresh()
        layer.unbuild()
        try:
            layer.build((h, w, shape[2]), 0)
            # The given values: a logarithm stays where it is defined.
            x = subject.rng(2).choice(subject.xs[0].reshape(-1), (2, h, w, shape[2]))
            y, cache = layer.forward(x, training=True, key=Key(0))
            dx, grads = layer.backward(np.ones_like(y), cache)
        except Exception as error:
            return (), told(error)
        wrong = [k for k, a in {"y": y, "dx": dx, **grads}.items() if np.isnan(a).any()]
        return y.shape, f"{wrong[0]} holds NaN, and x is finite." if wrong else ""

    small, problem = attempt(size, size)
    large = 2 * size
    # With a wide window and stride, images of two sizes may give outputs of one.
    found = attempt(large, large)
    while found[0] == small and len(small) == 4 and large < 4 * size:
        large += size
        found = attempt(large, large)
    if problem or found[1]:
        return  # not for images of any size
    for h, w in ((size, large), (large, size)):
        output, problem = attempt(h, w)
        if problem:
            yield Finding(
                "shapes", WRONG,
                f"images of {size} x {size} and of {large} x {large} work, one of {h} x {w} "
                f"fails: {problem}",
                "wrong axis", "height and width are exchanged",
            )  # fmt: skip
            return
        if len(output) == 4 and small != found[0]:
            sides = {size: small[1:3], large: found[0][1:3]}
            if output[1:3] == (sides[w][0], sides[h][1]):
                yield Finding(
                    "shapes", REMARK,
                    f"an image of {h} x {w} gives an output of {output[1]} x {output[2]}, though "
                    f"square images give {sides[h][0]} rows for {h} and {sides[w][1]} columns for "
                    f"{w}.",
                    "wrong axis", "height and width are exchanged, unless that is meant",
                )  # fmt: skip
                return


def check_start(subject: Subject) -> Iterator[Finding]:
    """New weights tell the outputs apart."""
    layer = subject.fresh()
    layer.unbuild()
    layer.build(subject.given.input_shape, 0)
    if not any(array.ndim > 1 for array in layer.params.values()):
        return
    x = tuple(one.astype(layer.dtype) for one in subject.xs)
    y, _ = layer.forward(x if subject.joins else x[0], training=False, key=Key(subject.seed))
    if y.shape[-1] > 1 and np.ptp(y, axis=-1).max() == 0:
        yield Finding(
            "start", REMARK,
            "a new layer gives the same output in every unit. In a hidden layer the units also get "
            "the same gradient, and stay equal for ever.",
            "identical units", "the initial weights are constant",
        )  # fmt: skip


def check_penalties(subject: Subject, entries: int) -> Iterator[Finding]:
    """The gradient of every penalty is the derivative of its value, at up to `entries` elements."""
    layer = subject.fresh()
    for name, penalty in layer.regularizers.items():
        w = layer.params[name]
        analytic = np.array(penalty.gradient(w.copy()))
        numeric, chosen = np.empty(w.shape), np.arange(w.size)
        if w.size > WHOLE:
            chosen = subject.rng(3).choice(w.size, min(entries, w.size), replace=False)
        for i in chosen:
            values, kept = [], w.flat[i]
            for side in (1e-5, -1e-5):
                w.flat[i] = kept + side
                values.append(penalty(w))
            w.flat[i] = kept
            numeric.flat[i] = (values[0] - values[1]) / 2e-5
        if w.size > WHOLE:
            analytic, numeric = analytic.reshape(-1)[chosen], numeric.reshape(-1)[chosen]
        apart, where = largest_difference(analytic, numeric)
        if apart > 1e-6:
            place = where
            if w.size > WHOLE:
                place = tuple(map(int, np.unravel_index(chosen[where], w.shape)))
            guess = likely_kind(analytic, numeric)
            yield Finding(
                "penalties", WRONG,
                f"the gradient of the penalty on {name} is wrong. {name}{list(place)}: it gives "
                f"{analytic[where]:.4g}, differences give {numeric[where]:.4g}.",
                guess.kind if guess else "missing term", guess.why if guess else "", name, place,
                apart, analytic.reshape(-1), numeric.reshape(-1),
            )  # fmt: skip


def check_files(subject: Subject) -> Iterator[Finding]:
    """A saved layer comes back and computes the same."""
    layer = subject.fresh()
    if isinstance(layer, InputLayer):
        return  # every model brings its own
    for penalty in layer.regularizers.values():
        if not type(penalty).__module__.startswith("minicnn.reg"):
            message = f"files hold no penalty of your own: {type(penalty).__name__}."
            yield Finding("files", SKIPPED, message)
            return
    shapes = layer.input_shape if subject.joins else (layer.input_shape,)
    inputs = [Input(shape, dtype="float64") for shape in shapes]
    model = Model(inputs, layer(inputs if subject.joins else inputs[0]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        try:
            model.save(path)
            again = load_model(path, custom_objects={type(layer).__name__: type(layer)})
        except Exception as error:
            yield Finding(
                "files", WRONG, f"it cannot be saved and loaded: {error}", "arguments not kept"
            )
            return
    (loaded,) = [one for one in again.layers if isinstance(one, type(layer))][:1]
    for training in (False, True):
        y, _ = subject.forward(subject.fresh(), subject.xs, training=training)
        y_loaded, _ = subject.forward(loaded, subject.xs, training=training)
        apart, where = largest_difference(y, y_loaded)
        if apart > 1e-9:
            yield Finding(
                "files", WRONG, f"saved and loaded, it computes something else (by {apart:.2g}).",
                "arguments not kept", "an argument or an array is not in the file", "y", where,
                apart, y_loaded.reshape(-1), y.reshape(-1),
            )  # fmt: skip
            return
