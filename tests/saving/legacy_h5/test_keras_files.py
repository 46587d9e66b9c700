"""HDF5 files go from Keras 3 to us and back: equal predictions, optimizers, further steps."""

import numpy as np
import oracles
import pytest
from graphs import GRAPHS, batch
from saving_twins import (
    X,
    Y,
    activations,
    assert_goes_on_equally,
    averages,
    compiled,
    images,
    predictions,
    small,
    weights,
)

import minicnn

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras():
    return oracles.keras()


def across(keras, model, path):
    model.save(path)
    if not isinstance(model, minicnn.Model):
        return minicnn.load_model(path)
    other = keras.models.load_model(path)
    other.run_eagerly = True
    return other


def assert_trains_on(model, other, x=X, y=Y):
    """Predictions agree; where both have the optimizer's state, further steps do, too."""
    if isinstance(other, minicnn.Model):
        assert_goes_on_equally(model, other)
        return
    # Keras does not take the state out of such a file, even of its own ones.
    np.testing.assert_allclose(predictions(model, x), predictions(other, x), atol=1e-5)
    assert type(other.optimizer).__name__ == type(model.optimizer).__name__
    assert np.isfinite(other.train_on_batch(x, y)).all()


OPTIMIZERS = ["sgd", "sgd nesterov", "sgd decay", "adam", "adam cosine", "adamw", "rmsprop all"]
BOTH_WAYS = pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])


@BOTH_WAYS
@pytest.mark.parametrize("build", [images, averages, activations])
def test_rows(keras, build, ours, tmp_path):
    model = compiled(minicnn if ours else keras, build, "adam")
    assert_trains_on(model, across(keras, model, tmp_path / "m.h5"))


@BOTH_WAYS
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(keras, optimizer, ours, tmp_path):
    model = compiled(minicnn if ours else keras, small, optimizer)
    assert_trains_on(model, across(keras, model, tmp_path / "m.hdf5"))


@BOTH_WAYS
@pytest.mark.parametrize("name", GRAPHS)
def test_graphs(keras, name, ours, tmp_path):
    model = GRAPHS[name]()
    x, _ = batch(model, dtype="float32")
    expected = model.predict(x)
    theirs = across(keras, model, tmp_path / "ours.h5")
    np.testing.assert_allclose(predictions(theirs, x), expected, atol=1e-5)
    if not ours:
        back = across(keras, theirs, tmp_path / "theirs.h5")
        np.testing.assert_allclose(back.predict(x), expected, atol=1e-5)


@BOTH_WAYS
def test_a_nested_model_partly_frozen(keras, ours, tmp_path):
    model = GRAPHS["nested"]()
    model.get_layer("row").layers[0].trainable = False
    x, _ = batch(model, dtype="float32")
    theirs = across(keras, model, tmp_path / "ours.h5")
    other = theirs if ours else across(keras, theirs, tmp_path / "theirs.h5")
    np.testing.assert_allclose(predictions(other, x), model.predict(x), atol=1e-5)


@BOTH_WAYS
def test_half_and_mixed_precision(keras, ours, tmp_path):
    if ours:
        model = small(minicnn)
        model.save(tmp_path / "m.h5", half=True)
        other = keras.models.load_model(tmp_path / "m.h5")
        np.testing.assert_allclose(predictions(other, X), model.predict(X), atol=1e-2)
        return
    for policy in ("mixed_float16", "float16"):
        keras.config.set_dtype_policy(policy)
        try:
            model = small(keras)
        finally:
            keras.config.set_dtype_policy("float32")
        for name in ("m.h5", "m.keras"):
            model.save(tmp_path / name)
            other = minicnn.load_model(tmp_path / name)
            assert {array.dtype.name for array in other.get_weights()} == {"float32"}
            np.testing.assert_allclose(predictions(other, X), predictions(model, X), atol=1e-2)


@BOTH_WAYS
@pytest.mark.parametrize("by_name", [True, False])
def test_weights_alone(keras, ours, by_name, tmp_path):
    """Keras 3 writes this layout as a part of whole models, and reads it alone."""
    first, second = (minicnn, keras) if ours else (keras, minicnn)
    model, other = compiled(first, small, "sgd"), small(second)
    if ours:
        model.save_weights(tmp_path / "w.h5")
    else:
        model.save(tmp_path / "w.h5")
    for own, layer in zip(model.layers, other.layers, strict=True):
        layer.name = own.name
    other.load_weights(tmp_path / "w.h5", by_name=by_name)
    for a, b in zip(weights(model), weights(other), strict=True):
        np.testing.assert_array_equal(a, b)


@BOTH_WAYS
def test_names_that_are_split(keras, ours, tmp_path, monkeypatch):
    monkeypatch.setattr("keras.src.legacy.saving.legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT", 64)
    monkeypatch.setattr("minicnn.saving.legacy_h5.attributes._NAMES_PER_ATTRIBUTE", 2)
    model = compiled(minicnn if ours else keras, small, "adam")
    assert_trains_on(model, across(keras, model, tmp_path / "m.h5"))


def test_keras_ignores_what_is_ours(keras, tmp_path):
    model = small(minicnn)
    model.extra["class_names"] = ["angry", "happy", "sad"]
    other = across(keras, model, tmp_path / "m.h5")
    np.testing.assert_allclose(predictions(other, X), model.predict(X), atol=1e-6)
