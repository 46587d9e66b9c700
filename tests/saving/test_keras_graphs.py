"""Files of networks that are no row, of ours read by Keras and of Keras's read here."""

import graphs
import numpy as np
import oracles
import pytest

import minicnn
from minicnn.checking.against_tensorflow import keras_twin

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ALL = pytest.mark.parametrize("name", graphs.GRAPHS)


@pytest.fixture(scope="module")
def keras():
    return oracles.keras()


def trained(name):
    model = graphs.GRAPHS[name]()
    # Adam would make steps of full size from the rounding errors in a bias before a batch norm.
    sgd = minicnn.optimizers.SGD(0.01, momentum=0.9)
    model.compile(sgd, "categorical_crossentropy", metrics=["accuracy"])
    x, y = graphs.batch(model, n=12, dtype="float32")
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    return model, x, y


@ALL
def test_ours_are_read_by_keras_and_go_on_there(keras, name, tmp_path):
    model, x, y = trained(name)
    model.save(tmp_path / "m.keras")
    theirs = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(theirs.predict(x, verbose=0), model.predict(x), atol=2e-6)
    ours, other = model.train_on_batch(x, y), theirs.train_on_batch(x, y)
    np.testing.assert_allclose(ours[0], float(other[0]), rtol=1e-5)
    for mine, them in zip(model.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, them, atol=2e-6)


@ALL
def test_kerass_are_read_here_and_go_on(keras, name, tmp_path):
    model, x, y = trained(name)
    theirs = keras_twin(model)
    sgd = keras.optimizers.SGD(0.01, momentum=0.9)
    theirs.compile(sgd, "categorical_crossentropy", metrics=["accuracy"])
    theirs.fit(x, y, batch_size=4, verbose=0, shuffle=False)
    theirs.save(tmp_path / "m.keras")
    ours = minicnn.load_model(tmp_path / "m.keras")
    assert [type(layer).__name__ for layer in ours.layers if not hasattr(layer, "graph")] == [
        type(layer).__name__ for layer in theirs.layers if not hasattr(layer, "layers")
    ]
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x, verbose=0), atol=2e-6)
    mine, them = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
    np.testing.assert_allclose(mine[0], float(them[0]), rtol=1e-5)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


@ALL
def test_ours_come_back_to_the_bit(name, tmp_path):
    model, x, y = trained(name)
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    assert type(other) is minicnn.Model
    assert [layer.name for layer in other.layers] == [layer.name for layer in model.layers]
    assert [s.path for s in other.graph.steps] == [s.path for s in model.graph.steps]
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    assert other.train_on_batch(x, y) == model.train_on_batch(x, y)
    for a, b in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_random_numbers_are_the_same_after_reading(tmp_path):
    model = graphs.dropping()
    model.compile("sgd", "categorical_crossentropy")
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    x, y = graphs.batch(model, n=12, dtype="float32")
    assert other.train_on_batch(x, y) == model.train_on_batch(x, y)


def test_several_inputs_and_outputs(keras, tmp_path):
    from minicnn.layers import Concatenate, Dense, Input

    a, b = Input((3,), name="a"), Input((2,), name="b")
    x = Concatenate()([a, b])
    model = minicnn.Model([a, b], [Dense(2)(x), Dense(4)(a)])
    model.save(tmp_path / "m.keras")
    arrays = [np.ones((5, 3), np.float32), np.full((5, 2), 2, np.float32)]
    theirs = keras.models.load_model(tmp_path / "m.keras").predict(arrays, verbose=0)
    ours = minicnn.load_model(tmp_path / "m.keras").predict(arrays)
    for one, other, mine in zip(theirs, ours, model.predict(arrays), strict=True):
        np.testing.assert_allclose(one, mine, atol=1e-6)
        np.testing.assert_array_equal(other, mine)


def test_a_nested_row_comes_back_as_a_row(tmp_path):
    model, x, _ = trained("nested")
    model.save(tmp_path / "m.keras")
    other = minicnn.load_model(tmp_path / "m.keras")
    row, inner = other.get_layer("row"), other.get_layer("inner")
    assert (type(row), type(inner)) == (minicnn.Sequential, minicnn.Model)
    np.testing.assert_array_equal(row(x), model.get_layer("row")(x))


@ALL
def test_weights_alone(name, tmp_path):
    model, x, _ = trained(name)
    model.save_weights(tmp_path / "m.weights.h5")
    other = graphs.GRAPHS[name]()
    other.load_weights(tmp_path / "m.weights.h5")
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
