"""Calls of layers with what holds no numbers yet."""

import numpy as np
import pytest

import minicnn
from minicnn import Model
from minicnn.layers import Add, Conv2D, Dense, Input, MaxPooling2D, ReLU
from minicnn.layers.tensor import Tensor, all_tensors


def test_a_call_notes_who_gives_what_and_the_shape():
    x, layer = Input((8, 8, 3)), Conv2D(4, 3)
    y = layer(x)
    assert isinstance(y, Tensor)
    assert (y.shape, y.sample_shape, y.dtype) == ((None, 6, 6, 4), (6, 6, 4), "float32")
    assert (y.call.layer, y.call.inputs, y.call.joins) == (layer, (x,), False)
    assert layer.built
    assert repr(y) == "<Tensor of 'conv2d', shape=(None, 6, 6, 4)>"


def test_a_layer_that_joins_notes_all_its_inputs():
    a, b = Input((3,)), Input((3,))
    for given in ([a, b], (a, b)):
        y = Add()(given)
        assert (y.call.inputs, y.call.joins, y.sample_shape) == ((a, b), True, (3,))


def test_a_second_call_must_fit_the_first():
    layer = Dense(2)
    layer(Input((3,)))
    kernel = layer.params["kernel"]
    layer(Input((3,)))
    assert layer.params["kernel"] is kernel
    with pytest.raises(ValueError, match=r"was built for inputs of shape \(3,\), got \(4,\)"):
        layer(Input((4,)))


def test_a_layer_without_weights_is_called_with_other_shapes(tmp_path):
    relu, pool, x = ReLU(name="r"), MaxPooling2D(), Input((8, 8, 1))
    y = pool(relu(Conv2D(2, 3, padding="same")(x)))
    model = Model(x, pool(relu(Conv2D(3, 3, padding="same")(y))))
    assert model.output_shape == (None, 2, 2, 3)
    assert [layer.name for layer in model.layers[2:]] == [
        *("r", "max_pooling2d", "conv2d_1", "r_1", "max_pooling2d_1"),
    ]
    assert relu.output.shape == (None, 8, 8, 2)
    images = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    model.save(tmp_path / "m.keras")
    again = minicnn.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict(images), model.predict(images))
    assert pool(images).shape == (2, 4, 4, 1)


def test_a_row_holds_the_layer_that_it_uses():
    relu = ReLU()
    relu(Input((4,)))
    row = minicnn.Sequential([Input((3,)), relu])
    assert row.layers[0] is row.graph.steps[0].layer
    assert (row.layers[0].output_shape, relu.output_shape) == ((3,), (4,))


def test_keras_reads_one_layer_at_several_shapes_and_its_file_is_read(tmp_path):
    keras = pytest.importorskip("keras")
    x, relu = keras.Input((8, 8, 1)), keras.layers.ReLU(max_value=1)
    y = keras.layers.MaxPooling2D()(relu(x))
    theirs = keras.Model(x, relu(y))
    theirs.save(tmp_path / "theirs.keras")
    images = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    ours = minicnn.load_model(tmp_path / "theirs.keras")
    np.testing.assert_array_equal(ours.predict(images), theirs.predict(images, verbose=0))


def test_numbers_and_tensors_do_not_mix():
    x = Input((3,))
    with pytest.raises(ValueError, match=r"Tensor of 'input_layer', .*> holds no numbers; build a"):
        np.asarray(x)
    with pytest.raises(ValueError, match="holds no numbers"):
        Add()([x, np.ones((2, 3))])
    assert [all_tensors(values) for values in (x, [x], (x, x))] == [True, True, True]
    assert [all_tensors(values) for values in ([], [x, 1], 1)] == [False, False, False]


def test_the_output_of_a_layer_is_there_after_a_call():
    layer = Dense(2, name="scores")
    with pytest.raises(AttributeError, match="'scores' has not been called in a model yet"):
        layer.output  # noqa: B018
    assert layer(Input((3,))) is layer.output


def test_a_second_input_is_not_the_mode():
    x = Input((3,))
    for layer in (Dense(2), minicnn.Sequential([Input((3,)), Dense(2)])):
        with pytest.raises(
            ValueError, match=r"^training must be True, False or None, got .*Tensor; s"
        ):
            layer(x, x)
        with pytest.raises(
            ValueError, match=r"got numpy.ndarray; several inputs are given in a list"
        ):
            layer(np.ones((1, 3), np.float32), np.ones((1, 3), np.float32))


def test_nothing_is_decided_by_what_holds_no_numbers():
    with pytest.raises(ValueError, match=r"holds no numbers, so nothing can be decided by it"):
        bool(Input((3,)))


def test_an_array_does_not_take_it_apart():
    for operation in (lambda x: np.ones(3) @ x, lambda x: np.ones(3) + x, np.tanh):
        with pytest.raises(NotImplementedError, match=r"^np\.\w+: it computes with arrays"):
            operation(Input((3,)))
    assert (np.float64(2) * Input((3,))).shape == (np.float32(1) - Input((3,))).shape
    with pytest.raises(AttributeError, match=r"^a Tensor has no 'sum': it holds no numbers yet; l"):
        Input((3,)).sum()
