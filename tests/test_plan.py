"""Inference gives what forward gives, to the bit, also where three layers become one pass."""

import numpy as np
import pytest

from minicnn import inference
from minicnn.chain import Chain
from minicnn.inference import infer
from minicnn.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
)


@pytest.fixture
def passes(monkeypatch):
    """Count the passes that stand for three layers."""
    shapes = []

    def counted(x, *rest):
        shapes.append(x.shape)
        return fused(x, *rest)

    fused = inference.normalize_rectify_pool
    monkeypatch.setattr(inference, "normalize_rectify_pool", counted)
    return shapes


def chain(*layers, dtype="float32", shape=(9, 8, 3)):
    """Chain with statistics and parameters as they are after some training."""
    model = Chain([Input(shape), *layers]).astype(dtype)
    rng = np.random.default_rng(1)
    for layer in model.layers:
        for store in (layer.params, layer.state):
            for name, array in store.items():
                store[name] = rng.uniform(0.2, 1.0, array.shape).astype(dtype)
        if "gamma" in layer.params:
            layer.params["gamma"] *= rng.choice([-1, 1], layer.params["gamma"].shape)
    return model


def images(model, n=4):
    return np.random.default_rng(2).normal(size=(n, *model.input_shape)).astype(model.dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("pool", [{}, {"pool_size": 3, "strides": 2, "padding": "same"}])
@pytest.mark.parametrize("arguments", [{}, {"center": False, "scale": False}])
def test_three_layers_become_one_pass(passes, dtype, pool, arguments):
    model = chain(
        Conv2D(5, 3, padding="same"),
        BatchNormalization(**arguments),
        ReLU(),
        MaxPooling2D(**pool),
        Dropout(0.3),
        Flatten(),
        Dense(4, activation="softmax"),
        dtype=dtype,
    )
    x = images(model)
    y = infer(model.layers, x)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, model.forward(x, training=False))
    assert passes == [(4, 9, 8, 5)]


@pytest.mark.parametrize("arguments", [{"max_value": 1.0}, {"negative_slope": 0.1}])
def test_another_relu_stays_a_layer(passes, arguments):
    model = chain(BatchNormalization(), ReLU(**arguments), MaxPooling2D())
    x = images(model)
    np.testing.assert_array_equal(infer(model.layers, x), model.forward(x, training=False))
    assert passes == []


def test_a_class_of_ones_own_stays_a_layer(passes):
    class Twice(ReLU):
        def _forward(self, x, training, key):
            y, cache = super()._forward(x, training, key)
            return 2 * y, cache

    model = chain(BatchNormalization(), Twice(), MaxPooling2D())
    x = images(model)
    np.testing.assert_array_equal(infer(model.layers, x), model.forward(x, training=False))
    assert passes == []


def test_the_last_layer_alone_remembers():
    model = chain(Conv2D(2, 3), ReLU(), Flatten(), Dense(3, activation="softmax"))
    infer(model.layers, images(model))
    assert model.layers[-1].logits is not None
    assert [layer._cache is None for layer in model.layers] == [True, True, True, False]


def test_images_that_do_not_fit_are_refused():
    model = chain(BatchNormalization(), ReLU(), MaxPooling2D())
    with pytest.raises(ValueError, match=r"expected shape \(n, 9, 8, 3\), got \(2, 8, 8, 3\)"):
        infer(model.layers, np.zeros((2, 8, 8, 3), np.float32))
