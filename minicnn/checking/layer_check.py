"""check_layer: everything that can be checked about one layer without knowing what it computes.

A gradient check alone passes layers that accumulate gradients, mix samples, or normalise with
statistics that never move. Each check here looks for one such mistake.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minicnn.checking.behaviour import (
    check_memory,
    check_repeat,
    check_samples,
    check_unchanged,
)
from minicnn.checking.findings import SKIPPED, WRONG, CheckReport, Finding
from minicnn.checking.forms import check_files, check_penalties, check_shapes, check_start
from minicnn.checking.kinks import check_kinks
from minicnn.checking.layer_gradients import check_layer_gradients
from minicnn.checking.likeness import check_like
from minicnn.checking.modes import check_inference, check_statistics
from minicnn.checking.running import quiet, run_check, told
from minicnn.checking.subject import Subject, arrays_of
from minicnn.layers import Layer
from minicnn.layers.checks import require_made
from minicnn.network import Network
from minicnn.random import generator
from minicnn.registry import described

__all__ = ["LAYER_CHECKS", "check_layer"]

#: What each check asks, in the order of the report.
LAYER_CHECKS: dict[str, str] = {
    "repeat": "Do the same calls give the same numbers, also with other calls between them?",
    "unchanged": "Do inputs, dy and parameters stay as they are?",
    "shapes": "Does it work in float32 and float64, for one sample, for images that are not "
    "square?",
    "gradients": "Are the gradients the slopes of the output, at general values?",
    "kinks": "Exactly on kinks and ties, do the gradients lie between the slopes beside?",
    "samples": "Does a sample's output depend on that sample only?",
    "inference": "Does inference compute what training computes on average?",
    "statistics": "Do running statistics move, towards the batch's, and does inference use them?",
    "penalties": "Is the gradient of each penalty the slope of its value?",
    "start": "Do new weights tell the outputs apart?",
    "memory": "Do read-only, strided and Fortran-ordered arrays give the same?",
    "files": "Does it come back from a file and compute the same?",
    "like": "Does it do what the trusted layer does, if one is given?",
}


def check_layer(
    layer: Any,
    x: Any = None,
    *,
    like: Any = None,
    seed: int = 0,
    entries: int = 100,
) -> CheckReport:
    """Check one layer in every way that needs no knowledge of what it should compute.

    Parameters
    ----------
    layer : Layer
        Yours, or one of the library's. It is not changed: all checks work on copies in float64,
        whose parameters are drawn around the given values.
    x : ndarray of float32 or float64, shape (n, ...), or a tuple of these
        Inputs to check with, best 3 to 8 samples. By default four are drawn for a built layer.
    like : Layer, optional
        One that should do the same: outputs, gradients and state are compared with its own.
        Without it, no check can know that the layer computes something else altogether.
    seed : int
        Of everything random.
    entries : int
        Largest number of coordinates to compare in one array.

    Returns
    -------
    CheckReport
        ``print`` shows it; ``report.passed``, ``report.failed``, ``report["gradients"]``;
        ``report.plot("check.png")`` draws wrong gradients against the right ones. If your layer
        cannot be built, that is the only finding, under "build".

    Raises
    ------
    ValueError
        If `layer` is a model or a block of layers; if there is no `x` and the layer is not built,
        or `x` does not fit a built layer or one of the library's.

    Examples
    --------
    >>> from minicnn.layers import Dense
    >>> report = check_layer(Dense(3), np.random.default_rng(0).normal(size=(4, 5)))
    >>> report.passed
    True
    """
    if isinstance(layer, type):
        raise ValueError(f"check_layer: expected a layer, got {described(layer)}.")
    if isinstance(layer, Network):
        raise ValueError(
            f"check_layer: {layer.name!r} is made of layers; check each of them with check_layer, "
            "and the whole with check_gradients."
        )
    layer = copy.deepcopy(layer)
    if isinstance(layer, Layer):
        try:
            require_made(layer)
        except ValueError as error:
            return _not_built(type(layer).__name__, error)
    if x is None:
        if not layer.built:
            raise ValueError(f"{layer!r}: give it an x, or build it first.")
        x = _drawn(layer.input_shape, seed)
    xs = arrays_of(x)
    if not all(isinstance(one, np.ndarray) and one.dtype.kind == "f" for one in xs):
        raise ValueError(f"{layer!r}: x must be an array of floats, or a tuple of these.")
    for one in xs:
        if one.ndim < 2 or not len(one):
            raise ValueError(
                f"{layer!r}: x must have the shape (n, ...) with at least one sample, got "
                f"{one.shape}."
            )
    shapes = tuple(one.shape[1:] for one in xs)
    try:
        with quiet():
            layer.build_once(shapes if isinstance(x, (tuple, list)) else shapes[0], seed)
    except Exception as error:
        if layer.built or type(layer).__module__.startswith("minicnn."):
            raise  # x does not fit
        return _not_built(f"{type(layer).__name__} {layer.name!r}", error)
    subject = Subject(layer, x, seed)
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "repeat": lambda: check_repeat(subject),
        "unchanged": lambda: check_unchanged(subject),
        "shapes": lambda: check_shapes(subject),
        "gradients": lambda: check_layer_gradients(subject, entries),
        "kinks": lambda: check_kinks(subject),
        "samples": lambda: check_samples(subject),
        "inference": lambda: check_inference(subject),
        "statistics": lambda: check_statistics(subject),
        "penalties": lambda: check_penalties(subject, entries),
        "start": lambda: check_start(subject),
        "memory": lambda: check_memory(subject),
        "files": lambda: check_files(subject),
    }
    if like is not None:
        checks["like"] = lambda: check_like(subject, like)
    found: dict[str, list[Finding]] = {}
    for name, check in checks.items():
        random = any(one.kind == "not reproducible" for one in found.get("repeat", []))
        if random and name not in ("unchanged", "shapes", "penalties", "start"):
            message = "forward gives other numbers at every call; nothing can be compared."
            found[name] = [Finding(name, SKIPPED, message if name == "gradients" else "")]
        else:
            found[name] = run_check(name, check)
    return CheckReport(subject.title, found)


def _not_built(title: str, error: BaseException) -> CheckReport:
    skipped = {name: [Finding(name, SKIPPED)] for name in LAYER_CHECKS if name != "like"}
    found = Finding("build", WRONG, told(error), "raises an error")
    return CheckReport(title, {"build": [found]} | skipped)


def _drawn(shape: Any, seed: int) -> Any:
    rng = generator(seed, "check", 100)
    if isinstance(shape[0], tuple):
        return tuple(rng.normal(size=(4, *one)) for one in shape)
    return rng.normal(size=(4, *shape))
