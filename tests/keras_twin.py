"""One layer twice, in Keras and here, with the same weights and the same random input."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from oracles import keras, tensorflow

from minicnn.layers import LAYERS, Layer

__all__ = ["DTYPES", "close", "compare", "randomize", "twins"]

DTYPES = ["float32", "float64"]
#: Largest difference, relative to the largest value of the array.
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def close(ours: np.ndarray, theirs: Any, what: str = "") -> None:
    """Require equal shape and dtype, and values within the dtype's tolerance."""
    theirs = np.asarray(theirs.numpy() if hasattr(theirs, "numpy") else theirs)
    assert ours.shape == theirs.shape, what
    assert ours.dtype == theirs.dtype, what
    largest = np.nanmax(np.abs(theirs), initial=1e-3)
    tolerance = TOLERANCE.get(ours.dtype.name, 0) * largest  # counts are equal
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance, err_msg=what)


def randomize(layer: Layer, rng: np.random.Generator) -> None:
    """Put random values into every parameter and statistic: ones and zeros hide mistakes."""
    for store in (layer.params, layer.state):
        for name, array in store.items():
            values = rng.normal(0.3, 0.7, array.shape)
            if array.dtype.kind != "f":
                continue  # a count
            if name.endswith("variance"):
                values = rng.uniform(0.3, 2.0, array.shape)
            store[name] = values.astype(array.dtype)


def twins(class_name: str, arguments: dict, shape: Any, dtype: str) -> tuple[Layer, Any]:
    """Build our layer from the config that Keras's writes, with equal random weights.

    `shape` is a sample's, or a tuple of them for a layer that joins several inputs.
    """
    theirs = getattr(keras().layers, class_name)(**arguments, dtype=dtype)
    theirs.build([(None, *one) for one in shape] if _joins(shape) else (None, *shape))
    ours = LAYERS[class_name].from_config(theirs.get_config())
    ours.build(shape, 0)
    randomize(ours, np.random.default_rng(1))
    weights = [*ours.params.values(), *ours.state.values()]
    assert [v.name for v in theirs.weights] == [*ours.params, *ours.state]
    if weights:
        theirs.set_weights(weights)
    if hasattr(theirs, "finalize_state"):
        theirs.finalize_state()  # without it, Normalization computes with the weights before
    return ours, theirs


def compare(
    class_name: str,
    shape: Any,
    dtype: str,
    *,
    training: bool = True,
    trainable: bool = True,
    x: Any = None,
    **arguments: Any,
) -> tuple[Layer, Any]:
    """Require equal output, gradients and statistics; return our layer and its cache."""
    tf = tensorflow()
    rng = np.random.default_rng(0)
    ours, theirs = twins(class_name, arguments, shape, dtype)
    joins = _joins(shape)
    if x is None:
        drawn = tuple(rng.normal(0.2, 1.5, (4, *one)) for one in (shape if joins else (shape,)))
        x = drawn if joins else drawn[0]
    xs = [array.astype(dtype) for array in (x if joins else (x,))]
    watched = [*theirs.trainable_variables]
    ours.trainable = theirs.trainable = trainable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's own; ours are errors in every other test
        with tf.GradientTape() as tape:
            inputs = [tf.constant(array) for array in xs]
            sources = [*inputs, *(variable.value for variable in watched)]
            tape.watch(sources)
            given = inputs if joins else inputs[0]
            try:
                target = theirs(given, training=training)
            except TypeError:  # a layer without a training mode
                target = theirs(given)
        dy = rng.normal(0.1, 1.0, target.shape).astype(dtype)
        # Zero, not None, where the output does not depend on it: dropout at rate 1.
        gradients = tape.gradient(target, sources, dy, unconnected_gradients="zero")
    y, cache = ours.forward(tuple(xs) if joins else xs[0], training=training)
    assert y.shape[1:] == ours.output_shape
    close(y, target, "output")
    dx, grads = ours.backward(dy, cache)
    for number, (one, gradient) in enumerate(
        zip(dx if joins else (dx,), gradients[: len(xs)], strict=True)
    ):
        close(one, gradient, f"gradient of input {number}")
    assert set(grads) == {variable.name for variable in watched}
    for variable, gradient in zip(watched, gradients[len(xs) :], strict=True):
        close(grads[variable.name], gradient, f"gradient of {variable.name}")
    for variable in theirs.non_trainable_variables:
        if variable.name in ours.state:
            close(ours.state[variable.name], variable.value, variable.name)
    return ours, cache


def _joins(shape: Any) -> bool:
    return isinstance(shape[0], tuple)
