"""What classes with call keep as attributes."""

import copy

import numpy as np
import pytest

import minicnn
from minicnn import layers

IMAGES = np.random.default_rng(0).normal(size=(6, 8, 8, 3)).astype(np.float32)
VECTORS = IMAGES.reshape(6, -1)


def test_layers_are_those_that_are_kept():
    class Mine(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.head = layers.Dense(2)
            self.pools = {"pool": layers.MaxPooling2D()}
            self.convs = [layers.Conv2D(3, 3, padding="same"), layers.Conv2D(4, 3)]
            self.unused = layers.ReLU()

        def call(self, x):
            x = self.pools["pool"](self.convs[0](x) + 1)
            x = self.pools["pool"](self.convs[1](x))  # another shape: a twin of the layer
            return self.head(layers.Flatten()(x))

    model = Mine()
    kept = model.layers
    assert [layer.name for layer in kept][:2] == ["dense", "max_pooling2d"]
    model(IMAGES)
    assert model.layers == kept == [model.head, model.pools["pool"], *model.convs, model.unused]
    assert len(model.all_layers) == 8
    assert [w.shape[-1] for w in model.weights] == [2, 2, 3, 3, 4, 4]
    for layer in model.layers[1:]:
        layer.trainable = False
    assert model.trainable_weights[0].path == "dense/kernel"
    assert copy.deepcopy(model)(IMAGES).shape == (6, 2)


def test_attributes_may_have_the_names_of_a_layers_own():
    class Named(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)
            self.state, self.params, self.seed = 3, None, None

        def call(self, x):
            return self.dense(x)

    model = Named()
    assert model(VECTORS).shape == (6, 3)
    model.compile("sgd", "mse")
    model.fit(VECTORS, np.zeros((6, 3)), verbose=0)
    with pytest.raises(AttributeError, match="nothing"):
        _ = model.nothing
