import pytest

from minicnn.layers import LAYERS
from minicnn.registry import resolve, snake_case


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
