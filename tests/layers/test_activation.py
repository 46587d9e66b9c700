import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Activation
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
    _, cache = layer.forward(np.array([[-1.0, 1.0]]), training=True)
    found = layer.branches(cache)
    assert (None if found is None else len(np.unique(found))) == pieces
