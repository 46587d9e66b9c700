import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import LeakyReLU
from minicnn.layers.leaky_relu import leaky_relu, leaky_relu_backward


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("slope", [0.0, 0.25, 0.5])
def test_like_keras(slope, dtype):
    compare("LeakyReLU", (3, 4), dtype, negative_slope=slope)


def test_the_default_slope_like_keras():
    # In float32 only: TensorFlow rounds the slope 0.3 to it.
    layer, _ = compare("LeakyReLU", (3, 4), "float32")
    assert layer.negative_slope == 0.3
    compare("Activation", (3, 4), "float32", activation="leaky_relu")


def test_the_lower_slope_at_zero_and_nan():
    y, cache = leaky_relu(np.array([0.0, np.nan]))
    assert np.isnan(y).tolist() == [False, True]
    assert leaky_relu_backward(np.ones(2), cache)[0] == 0.2


def test_branches_are_the_sides():
    layer = LeakyReLU()
    layer.build((2,))
    _, cache = layer.forward(np.array([[-1.0, 1.0]]), training=True)
    assert layer.branches(cache).tolist() == [[False, True]]


def test_a_negative_slope_is_refused():
    with pytest.raises(ValueError, match=r"negative_slope must be a number in \[0, inf\), got -1"):
        LeakyReLU(-1)
