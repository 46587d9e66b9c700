"""Whole models in HDF5: ours and Keras 2's are read, and what is none is refused."""

import contextlib
import json

import h5py
import numpy as np
import pytest
from graphs import GRAPHS, batch
from hostile import refused
from legacy_files import chain_config, chain_weights, conv, dense, write_model

import minicnn
from minicnn.saving import ModelFileError
from minicnn.saving.optimizer_variables import variables

ADAM = {"class_name": "Adam", "config": {"lr": 0.002, "decay": 0.0, "amsgrad": False}}
TRAINING = {"optimizer_config": ADAM, "loss": "categorical_crossentropy", "metrics": ["acc"]}


def flat(weights):
    return [array for layer in weights.values() for array in layer.values()]


def assert_weights(model, arrays):
    for own, other in zip(model.get_weights(), arrays, strict=True):
        np.testing.assert_array_equal(own, other)


# -- Keras 2's --


@pytest.mark.parametrize("bare", [True, False], ids=["a bare list", "a dict"])
@pytest.mark.parametrize("name", ["m.h5", "m.hdf5", "m.keras"])
def test_a_row(tmp_path, name, bare):
    config = chain_config() if bare else {"name": "row", "layers": chain_config()}
    write_model(tmp_path / name, config, chain_weights(), training=TRAINING, split=2)
    model = minicnn.load_model(tmp_path / name)
    assert_weights(model, flat(chain_weights()))
    assert (type(model), model.name) == (minicnn.Sequential, "sequential" if bare else "row")
    assert [layer.name for layer in model.layers] == [e["config"]["name"] for e in chain_config()]
    conv2d, _, leaky, *_ = model.layers
    assert (conv2d.kernel_regularizer.l2, leaky.negative_slope) == (0.01, 0.25)
    assert model.optimizer.learning_rate == 0.002
    assert [metric.name for metric in model.metrics] == ["accuracy"]
    assert minicnn.load_model(tmp_path / name, compile=False).optimizer is None


def called(layer, *places):
    nodes = [[[*place, {}] for place in places]] if places else []
    return {**layer, "name": layer["config"]["name"], "inbound_nodes": nodes}


def named(class_name, name):
    return {"class_name": class_name, "config": {"name": name}}


def test_a_graph(tmp_path):
    start = {"batch_input_shape": [None, 6, 6, 2], "name": "input_1", "dtype": "float32"}
    layers = [
        called({"class_name": "InputLayer", "config": start | {"sparse": False}}),
        called(conv("conv2d_1", 2, padding="same"), ("input_1", 0, 0)),
        called(named("Add", "add_1"), ("conv2d_1", 0, 0), ("input_1", 0, 0)),
        called(named("Flatten", "flatten_1"), ("add_1", 0, 0)),
        called(dense("dense_1", 3), ("flatten_1", 0, 0)),
    ]
    config = {
        "name": "model_1",
        "layers": layers,
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["dense_1", 0, 0]],
    }
    rng = np.random.default_rng(0)
    weights = {
        "conv2d_1": {"k": rng.normal(size=(3, 3, 2, 2)), "b": rng.normal(size=2)},
        "dense_1": {"k": rng.normal(size=(72, 3)), "b": rng.normal(size=3)},
    }
    write_model(tmp_path / "m.h5", config, weights, class_name="Model")
    model = minicnn.load_model(tmp_path / "m.h5")
    assert (type(model), model.name) == (minicnn.Model, "model_1")
    assert_weights(model, [array.astype(np.float32) for array in flat(weights)])
    x = rng.normal(size=(4, 6, 6, 2)).astype(np.float32)
    conv2d, dense_1 = model.get_layer("conv2d_1"), model.get_layer("dense_1")
    expected = dense_1((conv2d(x) + x).reshape(4, -1))
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-5)


def test_layers_of_a_whole_model_are_found_by_name(tmp_path):
    """A graph lists its layers in another order than some versions stored their weights."""
    path = tmp_path / "m.h5"
    write_model(path, chain_config(), chain_weights())
    with h5py.File(path, "r+") as file:
        names = file["model_weights"].attrs["layer_names"]
        file["model_weights"].attrs["layer_names"] = names[::-1]
    assert_weights(minicnn.load_model(path), flat(chain_weights()))


def test_the_state_of_an_optimizer_of_keras_2_is_not_read(tmp_path):
    path = tmp_path / "m.h5"
    write_model(path, chain_config(), chain_weights(), training=TRAINING)
    with h5py.File(path, "r+") as file:
        file.create_group("optimizer_weights").attrs["weight_names"] = np.array([b"iterations"])
    with pytest.warns(
        UserWarning, match=r"state is in the form of Keras 2\.2\.4 .* afresh"
    ) as seen:
        model = minicnn.load_model(path)
    assert [warning.filename for warning in seen] == [__file__]
    assert model.optimizer.iterations == 0
    minicnn.load_model(path, compile=False)


@pytest.mark.parametrize(
    ("training", "message"),
    [
        ({"optimizer_config": {"class_name": "Ftrl", "config": {}}}, "optimizer: 'Ftrl'"),
        (TRAINING | {"loss": "hinges"}, "loss: 'hinges' is unknown"),
        ({}, "optimizer: NoneType is unknown"),
    ],
)
def test_unknown_training_is_left_out_with_a_warning(tmp_path, training, message):
    write_model(tmp_path / "m.h5", chain_config(), chain_weights(), training=training)
    with pytest.warns(UserWarning, match=f"the model was read but not compiled: {message}"):
        model = minicnn.load_model(tmp_path / "m.h5")
    assert_weights(model, flat(chain_weights()))


# -- ours --


def trained(make):
    model = make()
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    x, y = batch(model, dtype="float32")
    model.train_on_batch(x, y)
    return model, x, y


@pytest.mark.parametrize("name", GRAPHS)
def test_ours_go_on_identically(tmp_path, name):
    model, x, y = trained(GRAPHS[name])
    model.extra["class_names"] = ["a", "b", "c"]
    model.save(tmp_path / "m.h5")
    other = minicnn.load_model(tmp_path / "m.h5")
    assert (other.extra, other.seed) == (model.extra, model.seed)
    for one, two in zip(
        variables(model.optimizer, model.trainable_params()),
        variables(other.optimizer, other.trainable_params()),
        strict=True,
    ):
        np.testing.assert_array_equal(one[1], two[1])
    for _ in range(2):
        assert model.train_on_batch(x, y) == other.train_on_batch(x, y)
    assert_weights(other, model.get_weights())


def test_an_array_in_place_of_the_optimizers_state(tmp_path):
    trained(GRAPHS["nested"])[0].save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        del file["minicnn_optimizer_weights"]
        file["optimizer_weights"] = 5.0
    refused(tmp_path / "m.h5", "its optimizer_weights are not a group")


def test_weights_of_a_whole_model(tmp_path):
    model, x, _ = trained(GRAPHS["nested"])
    model.save(tmp_path / "m.hdf5")
    other = GRAPHS["nested"]()
    other.load_weights(tmp_path / "m.hdf5")
    np.testing.assert_array_equal(other.predict(x), model.predict(x))


def test_frozen_layers_of_nested_models(tmp_path):
    """What is learned comes first, so freezing changes the order in the file."""
    model, x, _ = trained(GRAPHS["nested"])
    model.get_layer("row").layers[0].trainable = False
    model.save(tmp_path / "m.h5")
    other = minicnn.load_model(tmp_path / "m.h5")
    np.testing.assert_array_equal(other.predict(x), model.predict(x))


def test_half_precision(tmp_path):
    model, *_ = trained(GRAPHS["residual"])
    model.save(tmp_path / "half.h5", half=True)
    for array, back in zip(
        model.get_weights(), minicnn.load_model(tmp_path / "half.h5").get_weights(), strict=True
    ):
        stored = array.astype(np.float16) if array.ndim > 1 else array
        np.testing.assert_array_equal(back, stored)


def test_what_cannot_be_read_is_not_written(tmp_path):
    model, *_ = trained(GRAPHS["residual"])
    model.save(tmp_path / "m.h5")
    before = (tmp_path / "m.h5").read_bytes()
    model.get_layer("dense").params["bias"][0] = np.nan
    with pytest.raises(ValueError, match=r"m\.h5 was not written: dense/bias holds NaN"):
        model.save(tmp_path / "m.h5")
    assert (tmp_path / "m.h5").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["m.h5"]


# -- what is refused --


def hostile(tmp_path, edit=None):
    path = tmp_path / "m.h5"
    write_model(path, chain_config(), chain_weights())
    with h5py.File(path, "r+") as file:
        if edit is not None:
            edit(file)
    return path


def stated(text):
    def edit(file):
        file.attrs["model_config"] = text

    return edit


def nested(depth):
    first = '{"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 4]}}'
    return stated('{"class_name": "Sequential", "config": [' * depth + first + "]}" * depth)


def deleted(place):
    def edit(file):
        del file[place]

    return edit


def lambda_layer(file):
    code = ["4wEAAAAAAAAA", None, None]
    layer = {"class_name": "Lambda", "config": {"name": "evil", "function": code}}
    layers = [chain_config()[0], layer]
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": layers})


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda f: f.attrs.pop("model_config"), "holds weights alone; make the model, or read it"),
        (lambda f: f.attrs.create("model_config", 5), "'model_config' must hold text, got int64"),
        (stated("{"), "its attribute 'model_config' is not JSON"),
        (stated("[]"), "must be a JSON object"),
        (stated("{}"), "holds a model of class None, expected"),
        (stated('{"a": NaN}'), "NaN is not a finite number"),
        (stated("[" * 100_000), "is not JSON"),
        (
            stated("x" * (100 << 20)),
            "its attribute 'model_config' takes 100.0 MiB, more than the 4.0",
        ),
        (nested(30), "models are nested more than 20 deep"),
        (nested(300), "nested"),
        (lambda_layer, "'evil' has the unknown class 'Lambda', expected one of"),
        (deleted("model_weights"), "it lacks the group model_weights"),
        (lambda f: f.attrs.create("minicnn", "5"), "'minicnn' must be a JSON object"),
        (lambda f: f.attrs.create("training_config", "5"), "'training_config' must be a JSON obj"),
        (lambda f: f.move("model_weights/dense_1", "model_weights/x"), "the layer 'dense_1'"),
    ],
)
def test_what_a_file_may_not_do(tmp_path, edit, message):
    refused(hostile(tmp_path, edit), message)


def changed(index, **changes):
    config = chain_config()
    config[index]["config"] |= changes
    return config


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (changed(0, filters=10**9), "weights of shape .* take .* more than the 64.0 MiB"),
        (changed(0, data_format="channels_first"), "data_format='channels_first' is not supported"),
        (changed(0, batch_input_shape=[None, None, None, 2]), "must hold positive sizes"),
        (changed(0, batch_input_shape=None), "its config has no input shape"),
        (changed(5, name="a/b"), "'a/b' is not a layer name"),
        (changed(5, units=4), r"dense_1/kernel:0 in its weights has shape \(120, 3\), expected"),
        (changed(1, axis=[1, 2]), "layer 2 of its config, BatchNormalization cannot be made"),
        ([*chain_config(), *[chain_config()[4]] * 2000], "lists 2,007 layers, expected at most"),
    ],
)
def test_what_a_config_may_not_say(tmp_path, config, message):
    path = hostile(tmp_path)
    with h5py.File(path, "r+") as file:
        del file.attrs["model_config"]
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": config})
    refused(path, message)


def test_links_in_place_of_the_weights(tmp_path):
    def edit(file):
        file.move("model_weights", "elsewhere")
        file["model_weights"] = h5py.SoftLink("/elsewhere")

    refused(hostile(tmp_path, edit), "is a link to another place, which is not followed")


def test_weights_alone_in_todays_layout_are_no_model(tmp_path):
    model, *_ = trained(GRAPHS["residual"])
    model.save_weights(tmp_path / "m.weights.h5")
    refused(tmp_path / "m.weights.h5", "it holds weights alone")


def test_cut_or_flipped_anywhere_is_an_error_or_harmless(tmp_path):
    path = hostile(tmp_path)
    whole = path.read_bytes()
    for length in {*range(0, 60, 7), *range(60, len(whole), 1997), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match="cannot be read as a model"):
            minicnn.load_model(path)
    for place in range(0, len(whole), 401):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x10
        path.write_bytes(spoiled)
        with contextlib.suppress(ModelFileError):
            minicnn.load_model(path)
