"""Layers are looked up and their sizes counted before anything is made."""

import numpy as np
import pytest
from hostile import layer, refused

import minicnn
from minicnn import constraints, initializers, models, regularizers, utils
from minicnn.initializers import HeNormal
from minicnn.layers import Dense, Input, LeakyReLU
from minicnn.saving.layer_config import layer_from_config


def test_an_unknown_layer_is_named_with_the_known_ones(change_config):
    def edit(config):
        layer(config, 3).update(class_name="Lambda", module="keras.layers")

    message = (
        "layer 3 of its config: 'flatten' has the unknown class 'Lambda', "
        "expected one of Activation, Add, AlphaDropout, Average, AveragePooling2D, "
        r".*ZeroPadding2D, or your own in custom_objects\."
    )
    refused(change_config(edit), message)


@pytest.mark.parametrize(
    ("index", "change", "message"),
    [
        (4, {"module": "os"}, "'dense' is a Dense of the module 'os', expected Keras's"),
        (4, {"module": None, "registered_name": "Mine>Dense"}, "of the module None"),
        (4, {"class_name": ["Dense"]}, "has the unknown class"),
        (4, {"class_name": "x" * 10_000}, r"unknown class 'x{56}\.\.\., expected"),
        (4, {"config": None}, "layer 4 of its config has no config of its own"),
        (4, {"config": {"units": 3, "name": "a/b"}}, "'a/b' is not a layer name"),
        (4, {"config": {"units": 3, "name": "conv2d"}}, "two layers 'conv2d'"),
        (4, {"config": {"units": 3, "name": 5}}, "5 is not a layer name"),
        (4, {"config": {"units": "many"}}, "layer 4 of its config, Dense cannot be made"),
        (4, {"config": {"units": 3, "quantization_config": {}}}, "quantization_config"),
        (4, {"config": {"units": 3, "dtype": "int8"}}, "must be 'float32' or 'float64'"),
        (4, {"config": {"units": 3, "kernel_initializer": {"class_name": "Evil"}}}, "initializer"),
        (1, {"config": {"filters": 2, "kernel_size": 9}}, "a window of 9 does not fit"),
        (0, {"config": {"batch_shape": [None, None, None, 1]}}, "must hold positive sizes"),
        (0, {"config": {"batch_shape": "abc"}}, "layer 0 of its config"),
        (2, {"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}}, "after other"),
    ],
)
def test_what_a_layer_may_not_be(change_config, index, change, message):
    refused(change_config(lambda config: layer(config, index).update(change)), message)


@pytest.mark.parametrize(
    "dtype",
    [
        "float16",
        {"class_name": "Policy", "config": {"name": "mixed_float16", "loss_scale": None}},
        {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}},
    ],
)
def test_half_and_mixed_precision_are_read_as_float32(change_config, model, dtype):
    def edit(config):
        for one in config["config"]["layers"]:
            one["config"]["dtype"] = dtype

    other = minicnn.load_model(change_config(edit))
    assert {one.dtype for one in other.layers} == {"float32"}
    for own, read in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(own, read)


@pytest.mark.parametrize("units", [10**6, 10**9, 10**18, 10**30])
def test_weights_are_counted_before_they_are_made(change_config, units):
    def edit(config):
        layer(config, 4)["config"]["units"] = units
        layer(config, 2)["config"]["name"] = "b"

    refused(change_config(edit), "weights of shape .* take .*, and with those before more than")


def test_many_small_layers_are_counted_together(change_config):
    def edit(config):
        dense = layer(config, 4)
        dense["config"]["units"] = 2000
        config["config"]["layers"][4:] = [
            dense | {"config": dense["config"] | {"name": f"dense_{index}"}} for index in range(9)
        ]

    refused(change_config(edit), "layer 9 of its config: weights of shape .2000, 2000. take 15.3")


def test_pictures_nobody_could_hold_are_refused(change_config):
    def edit(config):
        layer(config, 1).update(class_name="ZeroPadding2D", config={"padding": 10**6})

    refused(change_config(edit), "gives .* for one sample, expected at most 268,435,456 numbers")


def test_initializers_survive_though_weights_are_read(tmp_path):
    layers = minicnn.layers
    dense = layers.Dense(3, kernel_initializer=HeNormal(seed=5))
    minicnn.Sequential([layers.Input((4,)), dense]).save(tmp_path / "m.keras")
    found = minicnn.load_model(tmp_path / "m.keras").layers[0]
    assert found.get_config() == dense.get_config()
    assert isinstance(found.kernel_initializer, HeNormal)


class Halves(constraints.Constraint):
    def __init__(self, share=0.5):
        self.share = share

    def __call__(self, w):
        return w * self.share


class Sevens(initializers.Initializer):
    def __call__(self, shape, dtype="float32", rng=None):
        return np.full(shape, 7, dtype)


class Nothing(regularizers.Regularizer):
    def __call__(self, w):
        return 0.0

    def gradient(self, w):
        return np.zeros_like(w)


OWN = {
    "kernel_constraint": Halves(0.25),
    "kernel_initializer": Sevens(),
    "kernel_regularizer": Nothing(),
}


@pytest.mark.parametrize("key", OWN)
def test_parts_of_layers_may_be_ones_own(key, tmp_path):
    part = OWN[key]
    model = minicnn.Sequential([Input((3,)), Dense(2, **{key: part})])
    model.save(tmp_path / "m.keras")
    refused(tmp_path / "m.keras", f"{type(part).__name__!r} is unknown")
    known = {type(part).__name__: type(part)}
    other = minicnn.load_model(tmp_path / "m.keras", custom_objects=known)
    found = getattr(other.layers[0], key)
    assert type(found) is type(part)
    assert found.get_config() == part.get_config()


def test_registered_parts_of_layers_are_known(tmp_path):
    class Thirds(Halves):
        pass

    with utils.custom_object_scope({}):
        utils.register_keras_serializable("mine")(Thirds)
        model = models.Sequential([Input((3,)), Dense(2, kernel_constraint=Thirds(0.3))])
        model.save(tmp_path / "m.keras")
        for other in (models.load_model(tmp_path / "m.keras"), models.clone_model(model)):
            assert type(other.layers[0].kernel_constraint) is Thirds
            assert other.layers[0].kernel_constraint.share == 0.3


def test_a_layer_for_an_activation_is_not_taken_for_ones_own():
    class Own(LeakyReLU):
        pass

    written = Dense(2, activation=LeakyReLU(0.3)).serialize()
    layer = layer_from_config(written, {"LeakyReLU": Own})
    assert layer.activation.layer.negative_slope == 0.3
