"""``.numpy()`` on what calls return."""

import copy
import json
import pickle

import numpy as np
import pytest

import minicnn
from minicnn import layers, losses, metrics

X = np.random.default_rng(0).random((4, 6), dtype=np.float32)


@pytest.fixture(scope="module")
def model():
    return minicnn.Sequential([layers.Input((6,)), layers.Dense(3)], seed=1)


def test_what_layers_and_models_return(model):
    inputs = layers.Input((6,))
    several = minicnn.Model(inputs, {"a": model(inputs), "b": inputs})
    for y in (model(X), model.layers[0](X), model(X, training=True), several(X)["a"]):
        assert isinstance(y, np.ndarray)
        assert type(y.numpy()) is np.ndarray
        np.testing.assert_array_equal(y.numpy(), model.predict(X, verbose=0))
    assert [type(y.numpy()) for y in minicnn.Model(inputs, [inputs, inputs])(X)] == [np.ndarray] * 2


def test_it_is_otherwise_an_array(model):
    y = model(X)
    plain = y.numpy()
    assert (repr(y), str(y), f"{y.max():.3f}") == (repr(plain), str(plain), f"{plain.max():.3f}")
    assert type(y.sum()) is type(np.mean(y)) is type(y[0, 0]) is np.float32
    assert y.argmax(axis=-1).numpy().shape == (4,)
    assert (y - 1).numpy().dtype == np.float32
    for copied in (pickle.loads(pickle.dumps(y)), copy.deepcopy(y)):
        np.testing.assert_array_equal(copied, plain)
    following = layers.Dense(2)(layers.ReLU()(y))  # kernels take it
    assert following.shape == (4, 2)


def test_what_losses_and_metrics_return(model):
    value = losses.MeanSquaredError()(np.zeros((4, 3)), model(X))
    assert isinstance(value, float)
    assert value.numpy() == np.float32(value)
    assert value.numpy().dtype == np.float32
    assert type(pickle.loads(pickle.dumps(value))) is float
    metric = metrics.CategoricalAccuracy()
    metric.update_state(np.eye(3)[[0, 1, 2, 0]], np.eye(3)[[0, 1, 1, 0]])
    assert metric.result().numpy() == 0.75
    assert metrics.Mean()([1.0, 2.0]).numpy() == 1.5


def test_histories_hold_plain_floats(model):
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(X, np.zeros((4, 3)), validation_split=0.5, verbose=0).history
    figures = [value for values in history.values() for value in values]
    assert {type(value) for value in figures} == {float}
    assert type(model.evaluate(X, np.zeros((4, 3)), verbose=0)[1]) is float
    json.dumps(history)
