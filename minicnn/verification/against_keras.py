"""Everything against Keras on TensorFlow: values, gradients, statistics, steps, rates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from minicnn import optimizers
from minicnn.checking.against_tensorflow import (
    LAYER_TOLERANCE,
    NETWORK_TOLERANCE,
    Difference,
    compare_first_step,
    compare_layer,
    require_keras,
    without_dropout,
)
from minicnn.checking.sensitivity import sensitivity
from minicnn.verification.by_formulas import SCHEDULE_TOLERANCE, rates, title_of
from minicnn.verification.check import Check
from minicnn.verification.subjects import LAYERS, LOSSES, OPTIMIZERS, SCHEDULES

__all__ = ["compare_layers", "compare_losses", "compare_network", "compare_steps"]

DTYPES = ("float32", "float64")
#: Twenty steps of an optimizer.
_STEPS_TOLERANCE = {"float32": 3e-6, "float64": 1e-12}


def compare_layers(seed: int) -> Iterator[Check]:
    """Compare outputs, gradients and moving statistics of every layer."""
    rng = np.random.default_rng(seed)
    for name, layer, shape, training in LAYERS:
        if training is None:
            continue
        layer.build(shape, rng=0)
        several = isinstance(shape[0], tuple)
        # A grid of halves: full of equal maxima and exact zeros, where conventions decide.
        xs = [
            np.round(2.0 * rng.normal(size=(4, *one))) / 2.0
            for one in (shape if several else (shape,))
        ]
        for dtype in DTYPES:
            cast = [x.astype(dtype) for x in xs]
            found = compare_layer(layer, cast if several else cast[0], training=training)
            yield from _checks("Layers", name, found)


def compare_losses(seed: int) -> Iterator[Check]:
    """Compare the value and the gradient of every loss, with weights of the samples."""
    keras = require_keras()
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    for name, loss, draw, rounded in LOSSES:
        y_true, y_pred = draw(rng)
        weight = rng.random(5)
        for dtype in DTYPES[:1] if rounded else DTYPES:
            other = type(loss).__name__
            theirs = getattr(keras.losses, other)(**{**loss.get_config(), "dtype": dtype})
            predicted, weights = y_pred.astype(dtype), weight.astype(dtype)
            targets = y_true if y_true.ndim == 1 else y_true.astype(dtype)
            data = tf.constant(predicted)
            with tf.GradientTape() as tape:
                tape.watch(data)
                expected = theirs(targets, data, weights)
            value, cache = loss.forward(targets, predicted, weights)
            pairs = {
                "loss": (value, expected),
                "dy_pred": (loss.backward(cache), tape.gradient(expected, data)),
            }
            for quantity, (ours, other_value) in pairs.items():
                error = _relative(ours, np.asarray(other_value))
                yield Check("Losses", name, dtype, quantity, error, LAYER_TOLERANCE[dtype])


def compare_steps(seed: int) -> Iterator[Check]:
    """Compare twenty steps of every optimizer, and forty rates of every schedule."""
    keras = require_keras()
    for name, arguments in OPTIMIZERS:
        for dtype in DTYPES:
            with _float(keras, dtype):
                error = _twenty_steps(keras, name, arguments, dtype, seed)
            title = title_of(name, arguments)
            yield Check("Optimizers", title, dtype, "weights", error, _STEPS_TOLERANCE[dtype])
    for schedule in SCHEDULES:
        theirs = keras.optimizers.schedules.deserialize(schedule.serialize())
        expected = np.array([float(theirs(step)) for step in range(40)])
        error = _relative(rates(schedule), expected)
        name = type(schedule).__name__
        yield Check("Schedules", name, "float32", "rate", error, SCHEDULE_TOLERANCE)


def compare_network(model: Any, seed: int) -> Iterator[Check]:
    """Compare loss, gradients and statistics of the network's first training step."""
    rng = np.random.default_rng(seed)
    quiet, labels = without_dropout(model, "float64"), np.eye(model.output_shape[-1])
    y = labels[rng.integers(0, len(labels), 4)]
    while True:
        x = rng.random((4, *model.layers[0].input_shape))
        # Where rounding to float32 decides a maximum or a ReLU, the libraries may differ.
        if sensitivity(quiet, x, rng, noise=1e-6) <= NETWORK_TOLERANCE["float32"]:
            break
    for dtype in DTYPES:
        found = compare_first_step(model, x.astype(dtype), y.astype(dtype))
        for one in found:
            quantity = one.array if one.array == "loss" else f"{one.layer}/{one.array}"
            yield Check("Network", model.name, dtype, quantity, one.relative, one.tolerance)


def _checks(part: str, subject: str, found: list[Difference]) -> Iterator[Check]:
    for one in found:
        yield Check(part, subject, one.dtype, one.array, one.relative, one.tolerance)


def _twenty_steps(keras: Any, name: str, arguments: dict, dtype: str, seed: int) -> float:
    rng = np.random.default_rng(seed)
    ours, theirs = getattr(optimizers, name)(**arguments), getattr(keras.optimizers, name)
    theirs = theirs(**arguments)
    w = rng.normal(size=(3, 4)).astype(dtype)
    variable = keras.Variable(w, dtype=dtype)
    for step in range(20):
        g = ((1e-6 if step < 2 else 1.0) * rng.normal(size=w.shape)).astype(dtype)
        ours.step({"w": w}, {"w": g})
        theirs.apply([keras.ops.convert_to_tensor(g, dtype)], [variable])
    return _relative(w, variable.numpy())


@contextmanager
def _float(keras: Any, dtype: str) -> Iterator[None]:
    """Let Keras keep learning rates in a dtype."""
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def _relative(ours: Any, theirs: np.ndarray) -> float:
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs)))
