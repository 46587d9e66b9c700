import numpy as np
import pytest
from layer_cases import CASES, joins
from oracles import keras

import minicnn
from minicnn import Model, Sequential
from minicnn.layers import (
    LAYERS,
    Add,
    Conv2D,
    Dense,
    Input,
    Layer,
    RandomFlip,
)

#: The first case of each class that Keras computes shapes for.
FIRST = {case[0]: case for case in reversed(CASES) if case[0] != "InputLayer"}


@pytest.mark.parametrize(("name", "arguments", "shape"), FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("n", [None, 7])
def test_like_keras(name, arguments, shape, n):
    given = [(n, *one) for one in shape] if joins(shape) else (n, *shape)
    theirs = getattr(keras().layers, name)(**arguments).compute_output_shape(given)
    layer = LAYERS[name](**arguments)
    before = set(vars(layer))
    assert layer.compute_output_shape(given) == tuple(theirs)
    assert not layer.built
    assert (set(vars(layer)), layer.params, layer.state) == (before, {}, {})
    layer.build(shape, 0)
    assert layer.compute_output_shape(given) == tuple(theirs)


def test_a_built_layer_keeps_its_weights_and_shape():
    layer = Conv2D(4, 3)
    layer.build((8, 8, 2))
    kernel = layer.params["kernel"]
    assert layer.compute_output_shape((None, 20, 10, 3)) == (None, 18, 8, 4)
    assert layer.params["kernel"] is kernel
    assert (layer.input_shape, layer.output_shape) == ((8, 8, 2), (6, 6, 4))


def test_large_weights_are_not_drawn():
    # They would take 40 GB.
    assert Dense(100_000).compute_output_shape((None, 100_000)) == (None, 100_000)


def test_no_random_number_is_spent():
    row, drawn = Sequential([RandomFlip(), Dense(2)]), []
    for ask in (False, True):
        minicnn.set_random_seed(1)
        if ask:
            row.compute_output_shape((None, 4, 4, 1))
        layer = Dense(3)
        layer.build((4,))
        drawn.append(layer.params["kernel"])
    np.testing.assert_array_equal(*drawn)


def test_a_layer_of_ones_own():
    class Halved(Layer):
        def forward(self, x, *, training, key):
            return x[:, ::2], x.shape

        def backward(self, dy, cache):
            dx = np.zeros(cache, dy.dtype)
            dx[:, ::2] = dy
            return dx, {}

    assert Halved().compute_output_shape((None, 5, 3)) == (None, 3, 3)


def networks(lib):
    ls = lib.layers
    one, two = ls.Input((8, 8, 2)), ls.Input((8, 8, 2))
    x = ls.Add()([ls.Conv2D(4, 3)(one), ls.Conv2D(4, 3)(two)])
    inner = lib.Sequential([ls.Input((6, 6, 4)), ls.MaxPooling2D(), ls.BatchNormalization()])
    y = inner(x)
    row = lib.Sequential([ls.Conv2D(4, 3, padding="same"), ls.MaxPooling2D(), ls.Flatten()])
    return lib.Model([one, two], [ls.GlobalAveragePooling2D()(y), y]), inner, row


def test_networks_like_keras():
    (ours, inner, row), theirs = networks(minicnn), networks(keras())
    for n in (None, 5):
        shapes = [(n, 8, 8, 2), (n, 8, 8, 2)]
        assert ours.compute_output_shape(shapes) == theirs[0].compute_output_shape(shapes)
        assert inner.compute_output_shape((n, 6, 6, 4)) == (n, 3, 3, 4)
        assert row.compute_output_shape((n, 6, 4, 1)) == (n, 24)
    assert not row.built
    larger = [(None, 20, 16, 2)] * 2
    assert ours.compute_output_shape(larger) == [(None, 4), (None, 9, 7, 4)]
    assert ours.output_shape == [(None, 4), (None, 3, 3, 4)]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (None,),
            r"expected a shape with the batch axis, as in \(None, 48, 48, 1\), got \(None,\)",
        ),
        (5, "expected a shape with the batch axis"),
        ((None, None, 8, 1), r"only the size of the batch may be None, got \(None, None, 8, 1\)"),
        ((-1, 8, 8, 1), "must hold positive sizes"),
        ((None, 8, 0, 1), "must hold positive sizes"),
        ((None, 8, 8), r"expected input_shape \(h, w, c\), got \(8, 8\)"),
        ((None, 2, 8, 1), "a window of 3 does not fit into 2"),
    ],
)
def test_shapes_that_do_not_fit(shape, message):
    with pytest.raises(ValueError, match=message):
        Conv2D(4, 3).compute_output_shape(shape)


def test_a_network_with_another_number_of_inputs():
    one, two = Input((8,)), Input((8,))
    model = Model([one, two], Add()([one, two]))
    with pytest.raises(ValueError, match="'functional' has 2 inputs, got 1 shapes"):
        model.compute_output_shape((None, 8))


def test_outputs_in_a_dict_have_shapes_in_one_like_keras():
    found = []
    for package in (minicnn, keras()):
        inputs = package.layers.Input((4,))
        heads = {"b": package.layers.Dense(2)(inputs), "a": package.layers.Dense(3)(inputs)}
        found.append(package.Model(inputs, heads).compute_output_shape((None, 4)))
    assert found[0] == found[1] == {"a": (None, 3), "b": (None, 2)}


def test_batches_of_different_sizes_are_not_joined():
    with pytest.raises(ValueError, match=r"'add': compute_output_shape: .* sizes 2 and 3"):
        minicnn.layers.Add(name="add").compute_output_shape([(3, 4), (2, 4)])
    assert minicnn.layers.Add().compute_output_shape([(3, 4), (None, 4)]) == (3, 4)
