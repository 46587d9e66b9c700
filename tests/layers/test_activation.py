import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Activation, Dense
from minicnn.layers.activation import get


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["linear", "relu", "elu", "sigmoid", "tanh", "softmax"])
def test_like_keras(name, dtype):
    compare("Activation", (3, 4), dtype, activation=name)


def test_none_is_linear():
    assert get(None).name == "linear"


@pytest.mark.parametrize("name", ["gelu", 3, ["relu"]])
def test_unknown_names_are_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=r"is unknown; expected one of linear, relu, leaky_relu"):
        Activation(name)


@pytest.mark.parametrize(
    ("name", "pieces"),
    [("relu", 2), ("leaky_relu", 2), ("elu", 2), ("tanh", None), ("sigmoid", None)],
)
def test_branches_where_there_are_kinks(name, pieces):
    layer = Activation(name)
    layer.build((2,))
    assert layer.branches is None
    layer.forward(np.array([[-1.0, 1.0]]), training=True)
    assert (None if layer.branches is None else len(np.unique(layer.branches))) == pieces


def test_logits_only_before_a_softmax():
    x = np.random.default_rng(0).normal(size=(2, 3))
    for name in ("softmax", "tanh"):
        layer, dense = Activation(name), Dense(3, activation=name)
        for built in (layer, dense):
            built.build((3,), 0)
            assert built.logits is None
            built.forward(x, training=True)
        assert (layer.logits is not None) == (dense.logits is not None) == (name == "softmax")


def test_dense_ending_in_a_softmax_takes_the_derivative_for_its_scores():
    x = np.random.default_rng(0).normal(size=(2, 3))
    whole, scores = Dense(4, activation="softmax"), Dense(4)
    for layer in (whole, scores):
        layer.build((3,), 0)
    scores.params = whole.params
    whole.forward(x, training=True)
    np.testing.assert_array_equal(whole.logits, scores.forward(x, training=True))
    dz = np.random.default_rng(1).normal(size=(2, 4))
    np.testing.assert_array_equal(whole.backward_from_logits(dz), scores.backward(dz))
    np.testing.assert_array_equal(whole.grads["kernel"], scores.grads["kernel"])
