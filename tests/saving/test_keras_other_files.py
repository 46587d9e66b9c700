"""Configs as Keras writes them, and its files of less common kinds."""

import json
import zipfile

import numpy as np
import oracles
import pytest
from saving_twins import (
    X,
    Y,
    across,
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


def configs(path):
    """The layers' configs as a file has them: without Keras's notes on sharing, dtypes by name."""

    def clean(value):
        if isinstance(value, dict):
            if (
                value.get("class_name") == "DTypePolicy"
            ):  # we write names, which Keras 3.0 reads, too
                return value["config"]["name"]
            return {k: clean(v) for k, v in value.items() if k != "shared_object_id"}
        return value

    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    compilation = config["compile_config"]
    return [clean(layer["config"]) for layer in config["config"]["layers"]], clean(compilation)


BOTH_WAYS = pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])


@pytest.mark.parametrize("build", [images, averages, activations])
def test_configs_are_kerass(keras, build, tmp_path):
    """What we write of a layer is what Keras writes, but for arguments that we do not have."""
    found = []
    for lib, name in ((minicnn, "ours.keras"), (keras, "kerass.keras")):
        compiled(lib, build, "adam clipnorm", noise=0.3).save(tmp_path / name)
        found.append(configs(tmp_path / name))
    (ours, our_compilation), (kerass, keras_compilation) = found
    names = {}
    for mine, theirs in zip(ours, kerass, strict=True):
        # Keras counts names over all models of a process, we within one.
        names[theirs["name"]] = mine["name"]
        assert_within(mine, theirs)
    assert len(set(names.values())) == len(names) == len(ours)
    assert_within(our_compilation, keras_compilation)


def assert_within(mine, theirs):
    """Every entry of the one is in the other, and equal."""
    for key, value in mine.items():
        if key == "learning_rate":
            assert np.float32(value) == np.float32(theirs[key])
        elif isinstance(value, dict):
            assert_within(value, theirs[key])
        elif isinstance(value, list) and value and isinstance(value[-1], dict):
            assert_within(value[-1], theirs[key][-1])
        elif key not in ("name", "run_eagerly"):
            assert value == theirs[key], key


def test_before_the_first_step(keras, tmp_path):
    for lib in (minicnn, keras):
        model = small(lib)
        model.compile(lib.optimizers.Adam(0.125), "mse")
        if lib is minicnn:
            model.save(tmp_path / "m.keras")
            with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
                # So says Keras of its own file of a model that was not trained.
                other = keras.models.load_model(tmp_path / "m.keras")
        else:
            other = across(keras, model, tmp_path / "m.keras")
        assert int(other.optimizer.iterations) == 0
        assert float(other.optimizer.learning_rate) == 0.125


@BOTH_WAYS
def test_uncompiled(keras, ours, tmp_path):
    model = small(minicnn if ours else keras)
    other = across(keras, model, tmp_path / "m.keras")
    assert not ours or not other.compiled
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-6)


def test_half_precision(keras, tmp_path):
    model = small(minicnn)
    model.save(tmp_path / "half.keras", half=True)
    ours = minicnn.load_model(tmp_path / "half.keras")
    theirs = keras.models.load_model(tmp_path / "half.keras")
    np.testing.assert_allclose(predictions(ours, X), predictions(theirs, X), atol=1e-6)
    np.testing.assert_allclose(predictions(ours, X), predictions(model, X), atol=1e-2)
    assert not np.array_equal(predictions(ours, X), predictions(model, X))


def test_keras_ignores_what_is_ours(keras, tmp_path):
    model = small(minicnn)
    model.extra["class_names"] = ["angry", "happy", "sad"]
    other = across(keras, model, tmp_path / "m.keras")
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-6)


def test_more_than_ten_layers_of_a_class(keras, tmp_path):
    def deep(lib):
        layers = lib.layers
        return lib.Sequential([layers.Input((4,)), *(layers.Dense(4) for _ in range(12))])

    for lib in (minicnn, keras):
        model = deep(lib)
        other = across(keras, model, tmp_path / "m.keras")
        for a, b in zip(weights(model), weights(other), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_functional_chain(keras, tmp_path):
    layers = keras.layers
    x = start = layers.Input((13, 11, 2))
    # A bias before a normalisation has no gradient but rounding, which Adam takes seriously.
    convolution = layers.Conv2D(3, 3, use_bias=False)
    for layer in (convolution, layers.BatchNormalization(), layers.Dropout(0.0)):
        x = layer(x)
    end = layers.Dense(3, activation="softmax")(layers.Flatten()(x))
    model = keras.Model(start, end)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    model.train_on_batch(X, Y)
    other = across(keras, model, tmp_path / "m.keras")
    assert type(other) is minicnn.Model
    assert_goes_on_equally(model, other)


def test_operations_that_are_no_layers_are_refused_by_name(keras, tmp_path):
    layers = keras.layers
    start = layers.Input((13, 11, 2))
    one = layers.Dense(2)(start)
    keras.Model(start, layers.Add()([one, start[..., :1]])).save(tmp_path / "m.keras")
    with pytest.raises(minicnn.saving.ModelFileError, match="has the unknown class 'GetItem'"):
        minicnn.load_model(tmp_path / "m.keras")
    model = keras.Model(start, layers.Add()([one, start]))
    other = across(keras, model, tmp_path / "m.keras")
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-6)


def test_layers_we_do_not_have(keras, tmp_path):
    layers = keras.layers
    model = keras.Sequential([layers.Input((4,)), layers.RMSNormalization(name="x")])
    model.save(tmp_path / "m.keras")
    message = "layer 1 of its config: 'x' has the unknown class 'RMSNormalization', expected"
    with pytest.raises(ValueError, match=message):
        minicnn.load_model(tmp_path / "m.keras")


def test_training_we_do_not_have(keras, tmp_path):
    model = small(keras)
    for compilation in (
        {"optimizer": keras.optimizers.Lion(), "loss": "mse"},
        {"optimizer": "adam", "loss": "mean_absolute_percentage_error"},
        {"optimizer": "adam", "loss": "mse", "metrics": [keras.metrics.OneHotMeanIoU(3)]},
    ):
        model.compile(**compilation, run_eagerly=True)
        model.train_on_batch(X, Y)
        model.save(tmp_path / "m.keras")
        with pytest.warns(UserWarning, match="the model was read but not compiled"):
            other = minicnn.load_model(tmp_path / "m.keras")
        np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-5)


def test_slots_of_layers_frozen_after_training(keras, tmp_path):
    model = compiled(keras, small, "adam")
    model.layers[1].trainable = False
    model.save(tmp_path / "m.keras")
    message = "holds 14 variables of the optimizer, expected 10; the optimizer starts afresh"
    with pytest.warns(UserWarning, match=message):
        other = minicnn.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(predictions(model, X), predictions(other, X), atol=1e-5)
