"""get_config, from_config and serialize of classes with call."""

import numpy as np
import pytest

import minicnn
from minicnn import layers

IMAGES = np.random.default_rng(0).normal(size=(4, 6, 6, 1)).astype(np.float32)


class Block(layers.Layer):
    def __init__(self, filters, size=3, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.size = filters, size
        self.conv = layers.Conv2D(filters, size)

    def call(self, x):
        return self.conv(x)


class Told(Block):
    def get_config(self):
        config = super().get_config()
        config.update({"filters": self.filters, "size": self.size})
        return config


@pytest.mark.parametrize("cls", [Block, Told])
@pytest.mark.parametrize("built", [False, True])
def test_a_class_is_made_again_from_its_config(cls, built):
    block = cls(2, size=5, name="mine")
    if built:
        block(IMAGES)
    config = block.get_config()
    assert config.keys() >= {"name", "trainable", "filters", "size"}
    again = cls.from_config(config)
    assert (type(again), again.filters, again.size, again.name) == (cls, 2, 5, "mine")
    assert again(IMAGES).shape == (4, 2, 2, 2)
    written = layers.serialize(block)
    assert written["class_name"] == cls.__name__
    read = layers.deserialize(written, custom_objects={cls.__name__: cls})
    assert (type(read), read.size) == (cls, 5)


def test_a_config_says_what_is_frozen():
    block = Block(2, trainable=False)
    assert not block.trainable
    block(IMAGES)
    assert (block.trainable_weights, len(block.non_trainable_weights)) == ([], 2)
    again = Block.from_config(block.get_config())
    again(IMAGES)
    assert again.trainable_weights == []
    again.trainable = True
    assert len(again.trainable_weights) == 2


def test_layers_to_be_made_are_frozen_as_well():
    class Late(layers.Layer):
        def build(self, input_shape):
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    late = Late()
    assert late.trainable
    late.trainable = False
    late(IMAGES)
    assert late.trainable_weights == []


def test_the_seed_is_no_argument_of_a_class_without_init():
    class Late(layers.Layer):
        def build(self, input_shape):
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    assert Late().get_config().keys() == {"name", "trainable", "dtype"}


def test_other_dtypes_are_refused():
    Block(2, dtype="float32")
    with pytest.raises(ValueError, match=r"^Block: dtype must be 'float32' or 'float64', got 'i"):
        Block(2, dtype="int32")


def test_classes_of_functional_models_and_rows_give_the_names():
    class Net(minicnn.Model):
        def __init__(self):
            x = layers.Input((3,))
            super().__init__(x, layers.Dense(2)(x))

    class MyRow(minicnn.Sequential):
        pass

    assert (Net().name, MyRow().name) == ("net", "my_row")
    assert (minicnn.models.Sequential().name, minicnn.Sequential().name) == ("sequential",) * 2
