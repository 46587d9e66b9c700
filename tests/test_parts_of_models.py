"""Layers of a built model in another one: they learn, predict, can be copied and saved."""

import copy
import pickle

import numpy as np
import pytest

import minicnn
from minicnn.layers import Conv2D, Dense, Flatten, Input, InputLayer, ReLU

X = np.random.default_rng(1).random((6, 8, 8, 1), np.float32)


def row():
    return minicnn.Sequential([Input((8, 8, 1)), Conv2D(2, 3), Flatten(), Dense(5), Dense(3)])


def row_without_input():
    model = minicnn.Sequential([Conv2D(2, 3), Flatten(), Dense(5), Dense(3)])
    model.predict(X)
    return model


def graph():
    x = inputs = Input((8, 8, 1))
    for layer in (Conv2D(2, 3), Flatten(), Dense(5), Dense(3)):
        x = layer(x)
    return minicnn.Model(inputs, x)


def layers(model):
    return [layer for layer in model.layers if not isinstance(layer, InputLayer)]


def called(base):
    x = inputs = Input((8, 8, 1))
    for layer in layers(base)[:-1]:
        x = layer(x)
    return minicnn.Model(inputs, x)


def added(base):
    model = minicnn.Sequential()
    for layer in base.layers[:-1]:
        model.add(layer)
    model.add(Dense(2))
    return model


def frozen(base):
    base.trainable = False
    return minicnn.Sequential([*base.layers[:-1], Dense(2)])


PARTS = {
    "first": lambda base: minicnn.Sequential(base.layers[:-1]),
    "last": lambda base: minicnn.Sequential(layers(base)[-2:]),
    "another head": lambda base: minicnn.Sequential([*base.layers[:-1], Dense(4)]),
    "with an input": lambda base: minicnn.Sequential([Input((8, 8, 1)), *layers(base)[:-1]]),
    "an unbuilt layer first": lambda base: minicnn.Sequential([ReLU(), *layers(base)]),
    "nested": lambda base: minicnn.Sequential([minicnn.Sequential(base.layers[:-1]), Dense(2)]),
    "called": called,
    "added": added,
    "frozen": frozen,
}


@pytest.mark.parametrize("base", [row, row_without_input, graph])
@pytest.mark.parametrize("part", PARTS)
def test_parts_of_a_model_are_models(tmp_path, base, part):
    whole = base()
    model = PARTS[part](whole)
    x = X if part != "last" else np.ones((6, *layers(whole)[-2].input_shape), np.float32)
    y = np.zeros((6, *model.predict(x).shape[1:]), np.float32)
    if part == "first":
        head = whole.layers[-1]
        np.testing.assert_array_equal(head(model.predict(x)), whole.predict(x))
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.keras")
    expected = model.predict(x)
    copies = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    for again in (minicnn.load_model(tmp_path / "m.keras"), *copies):
        np.testing.assert_array_equal(again.predict(x), expected)
        again.fit(x, y, verbose=0)


def test_a_part_may_begin_at_the_first_layer(tmp_path):
    new = graph()
    new.save(tmp_path / "m.keras")
    for model in (new, minicnn.load_model(tmp_path / "m.keras")):
        first = model.layers[0]
        assert first.input is first.output is model.inputs[0]
        part = minicnn.Model(first.input, model.layers[-1].output)
        np.testing.assert_array_equal(part.predict(X), model.predict(X))


def test_data_of_another_shape_are_refused_with_the_shape_that_fits():
    part = minicnn.Sequential(row_without_input().layers[:-1])
    with pytest.raises(ValueError, match=r"predict: expected x of shape \(n, 8, 8, 1\), got"):
        part.predict(X[:, :7])
