"""What the kernels rely on is checked before them: they would read and write foreign memory."""

import numpy as np
import pytest

from minicnn.layers import BatchNormalization, Conv2D, Dense
from minicnn.layers.average_pooling2d import average_pooling2d, average_pooling2d_backward
from minicnn.layers.batch_normalization import batch_normalization, batch_normalization_backward
from minicnn.layers.conv2d import conv2d, conv2d_backward
from minicnn.layers.max_pooling2d import max_pooling2d, max_pooling2d_backward
from minicnn.layers.relu import relu, relu_backward

X = np.random.default_rng(0).normal(size=(2, 5, 5, 3)).astype("f4")
W = np.ones((3, 3, 3, 4), "f4")


@pytest.mark.parametrize("shape", [(2, 4, 4, 3), (1, 1, 1, 3), (9, 40, 40, 3), (2, 2, 2, 4)])
@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        (max_pooling2d, max_pooling2d_backward),
        (average_pooling2d, average_pooling2d_backward),
        (relu, relu_backward),
        (lambda x: conv2d(x, W, None), conv2d_backward),
    ],
)
def test_a_derivative_of_another_shape_is_refused(forward, backward, shape):
    _, cache = forward(X)
    with pytest.raises(ValueError, match=r"_backward: expected dy of shape \(2, "):
        backward(np.ones(shape, "f4"), cache)


def test_so_is_one_of_other_channels_behind_a_normalisation():
    *_, cache = batch_normalization(X, None, None, epsilon=1e-3)
    with pytest.raises(ValueError, match="expected dy of shape"):
        batch_normalization_backward(np.ones((2, 5, 5, 2), "f4"), cache)


@pytest.mark.parametrize("name", ["gamma", "beta"])
def test_parameters_of_another_length_are_refused(name):
    arguments = {"gamma": None, "beta": None} | {name: np.ones(2, "f4")}
    with pytest.raises(ValueError, match=rf"expected {name} of shape \(3,\), got \(2,\)"):
        batch_normalization(X, **arguments, epsilon=1e-3)


def test_statistics_of_another_length_are_refused():
    statistics = (np.zeros(1), np.ones(3))
    with pytest.raises(ValueError, match=r"expected mean of shape \(3,\), got \(1,\)"):
        batch_normalization(X, None, None, epsilon=1e-3, statistics=statistics)


@pytest.mark.parametrize(
    ("layer", "store", "name", "value"),
    [
        (BatchNormalization(), "params", "beta", np.ones(2, "f4")),
        (BatchNormalization(), "state", "moving_mean", np.ones(1, "f4")),
        (Conv2D(2, 3), "params", "kernel", np.ones((1, 1, 3, 2), "f4")),
        (Dense(2), "params", "bias", np.ones((5, 2), "f4")),
        (Dense(2), "params", "bias", [0.0, 0.0]),
        (Dense(2), "params", "kernel", None),
    ],
)
@pytest.mark.parametrize("training", [False, True])
def test_arrays_that_do_not_fit_are_refused_with_the_layers_name(
    layer, store, name, value, training
):
    layer.build((5, 5, 3), rng=0)
    getattr(layer, store)[name] = value
    with pytest.raises(ValueError, match=rf"{layer.name}': forward: expected {name} of shape"):
        layer.forward(X, training=training)


def test_channels_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"expected filters of 3 channels, got \(3, 3, 2, 4\)"):
        conv2d(X, np.ones((3, 3, 2, 4), "f4"), None)


def test_a_padding_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="padding must be 'valid' or 'same', got 'foo'"):
        conv2d(X, W, None, padding="foo")
