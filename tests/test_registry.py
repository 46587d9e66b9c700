import re

import pytest
from oracles import keras

import minicnn
from minicnn.layers import LAYERS
from minicnn.registry import described, resolve, snake_case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Conv2D", "conv2d"),
        ("MaxPooling2D", "max_pooling2d"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("ReLU", "re_lu"),
        ("LeakyReLU", "leaky_re_lu"),
        ("ELU", "elu"),
        ("BatchNormalization", "batch_normalization"),
    ],
)
def test_snake_case_is_kerass(name, expected):
    assert snake_case(name) == expected


def test_all_layers_are_spelled_as_keras_spells_them():
    from oracles import keras

    keras()
    from keras.src.utils.naming import to_snake_case

    for name in LAYERS:
        assert snake_case(name) == to_snake_case(name)


class Thing:
    def __init__(self, size=1):
        self.size = size

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def test_resolve():
    table = {"Thing": Thing, "short": Thing}
    instance = Thing(3)
    assert resolve("thing", instance, table, Thing) is instance
    for identifier in (Thing, "Thing", "thing", "short"):
        assert resolve("thing", identifier, table, Thing).size == 1
    written = {"class_name": "Thing", "config": {"size": 5}}
    assert resolve("thing", written, table, Thing).size == 5


@pytest.mark.parametrize("identifier", ["os.system", 3, None, {}, {"class_name": ["x"]}, dict])
def test_what_is_not_in_the_table_is_refused(identifier):
    with pytest.raises(ValueError, match=r"thing: .* is unknown; expected one of Thing"):
        resolve("thing", identifier, {"Thing": Thing}, Thing)


def function():
    """Stands for a loss in somebody's script."""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3.5, "float"),
        (None, "NoneType"),
        ([], "list"),
        (minicnn.layers.Dense(3), "minicnn.layers.Dense"),
        (minicnn.callbacks.EarlyStopping, r"the class minicnn\.callbacks\.EarlyStopping; write E"),
        (function, r"the function (tests\.)?test_registry\.function"),
    ],
)
def test_it_is_said_whose_a_value_is(value, words):
    assert re.match(words, described(value))


def test_kerass_objects_are_said_to_be_kerass():
    layers, callbacks = keras().layers, keras().callbacks
    for made, words in [
        (lambda: minicnn.Sequential([layers.Dense(3)]), "of minicnn, got keras.layers.Dense"),
        (
            lambda: minicnn.training.loop.listed([callbacks.EarlyStopping()]),
            "of minicnn.callbacks.Callback, got keras.callbacks.EarlyStopping",
        ),
        (lambda: minicnn.losses.get(keras().losses.MeanSquaredError()), "keras.losses.MeanSquared"),
        (
            lambda: minicnn.optimizers.get(keras().optimizers.Adam),
            "the class keras.optimizers.",
        ),
    ]:
        with pytest.raises(ValueError, match=re.escape(words)):
            made()
