"""What classes with call keep as attributes."""

import copy

import numpy as np
import pytest
from oracles import keras

import minicnn
from minicnn import layers

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

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


def classes(lib):
    """Return a block and a model of either package."""
    layers = lib.layers

    class ConvBlock(layers.Layer):
        def __init__(self, filters):
            super().__init__()
            self.filters = filters

        def build(self, input_shape):
            self.norm = layers.BatchNormalization()
            self.conv = layers.Conv2D(self.filters, 3)
            self.conv.build(input_shape)
            self.norm.build(self.conv.compute_output_shape(input_shape))

        def call(self, x):
            return self.norm(self.conv(x))

    class Net(lib.Model):
        def __init__(self):
            super().__init__()
            self.head = layers.Dense(2)
            self.blocks = [ConvBlock(2), layers.ReLU(), ConvBlock(3)]
            self.pairs = [(layers.Conv2D(3, 1), layers.Conv2D(4, 1)), (layers.Conv2D(2, 1),)]
            self.rows = {"row": lib.Sequential([layers.Flatten(), layers.Dense(5)])}
            self.again = self.head

        def call(self, x):
            for layer in [*self.blocks, *self.pairs[0], *self.pairs[1]]:
                x = layer(x)
            return self.head(self.rows["row"](x))

    return ConvBlock, Net


def filled(model):
    rng = np.random.default_rng(2)
    model(IMAGES)
    model.set_weights([rng.uniform(size=array.shape) for array in model.get_weights()])
    return model


def test_weights_of_the_class_in_keras_are_read(tmp_path):
    theirs = filled(classes(keras())[1]())
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    ours = classes(minicnn)[1]()
    ours.build((None, 8, 8, 3))
    ours.load_weights(tmp_path / "theirs.weights.h5")
    expected = theirs.predict(IMAGES, verbose=0)
    np.testing.assert_allclose(ours.predict(IMAGES, verbose=0), expected, rtol=1e-4)
    again = filled(classes(minicnn)[1]())  # by the order of the arrays as well
    np.testing.assert_allclose(again.predict(IMAGES, verbose=0), expected, rtol=1e-4)


def test_files_of_our_own_follow_the_graph(tmp_path):
    class Swapped(minicnn.Model):
        def __init__(self):
            super().__init__()
            self.z_last, self.z_first = layers.Dense(192), layers.Dense(192)

        def call(self, x):
            return self.z_last(self.z_first(x))

    model, again = Swapped(), Swapped()
    expected = model(VECTORS)
    again(VECTORS)
    model.save_weights(tmp_path / "swapped.weights.h5")
    again.load_weights(tmp_path / "swapped.weights.h5")
    np.testing.assert_array_equal(again(VECTORS), expected)
    graph = minicnn.Model(model.inputs, model.outputs)
    graph.load_weights(tmp_path / "swapped.weights.h5")
    graph.save_weights(tmp_path / "graph.weights.h5")
    with pytest.raises(ValueError, match=r"its weights of 'dense.*' may be those of another layer"):
        again.load_weights(tmp_path / "graph.weights.h5")


def test_weights_of_a_row_of_blocks_in_keras_are_read(tmp_path):
    def row(lib):
        block = classes(lib)[0]
        parts = [block(2), block(3), lib.layers.Flatten(), lib.layers.Dense(2)]
        return lib.Sequential([lib.layers.Input((8, 8, 3)), *parts])

    theirs, ours = filled(row(keras())), row(minicnn)
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    ours.load_weights(tmp_path / "theirs.weights.h5")
    expected = theirs.predict(IMAGES, verbose=0)
    np.testing.assert_allclose(ours.predict(IMAGES, verbose=0), expected, rtol=1e-4)


def test_weights_of_another_class_are_refused(tmp_path):
    lib = keras()

    class Other(lib.Model):
        def __init__(self):
            super().__init__()
            self.tail = lib.layers.Dense(2)

        def call(self, x):
            return self.tail(x)

    other = Other()
    other(VECTORS)
    other.save_weights(tmp_path / "other.weights.h5")
    ours = filled(classes(minicnn)[1]())
    with pytest.raises(ValueError, match="lack those of 'conv_block', expected in blocks/conv_bl"):
        ours.load_weights(tmp_path / "other.weights.h5")


def test_a_keras_file_with_such_a_block_says_what_to_do(tmp_path):
    lib = keras()

    class Mine(lib.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = lib.layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    lib.Sequential([lib.layers.Input((5,)), Mine()]).save(tmp_path / "theirs.keras")
    ours = type("Mine", (layers.Layer,), {"call": lambda self, x: layers.Dense(2)(x)})
    with pytest.raises(ValueError, match=r"class 'Mine', whose call connects layers; make the mo"):
        minicnn.load_model(tmp_path / "theirs.keras", custom_objects={"Mine": ours})
