import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import MaxPooling2D
from minicnn.layers.max_pooling2d import max_pooling2d, max_pooling2d_backward

ARGUMENTS = list(itertools.product([2, 3, (2, 3), (1, 4)], [None, 1, 2, (3, 1)], ["valid", "same"]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("pool_size", "strides", "padding"), ARGUMENTS, ids=str)
def test_like_keras(pool_size, strides, padding, dtype):
    arguments = {"pool_size": pool_size, "strides": strides, "padding": padding}
    compare("MaxPooling2D", (7, 6, 3), dtype, **arguments)


def test_like_keras_with_many_ties():
    x = np.random.default_rng(0).integers(0, 2, (4, 6, 6, 2)).astype(float)
    compare("MaxPooling2D", (6, 6, 2), "float64", pool_size=3, strides=2, x=x)


def test_the_first_maximum_in_reading_order_takes_the_gradient():
    x = np.array([[1.0, 3.0], [3.0, 3.0]]).reshape(1, 2, 2, 1)
    _, cache = max_pooling2d(x)
    dx = max_pooling2d_backward(np.full((1, 1, 1, 1), 5.0), cache)
    np.testing.assert_array_equal(dx.reshape(2, 2), [[0, 5], [0, 0]])


def test_nan_wins_wherever_it_stands():
    for place in range(4):
        x = np.arange(4.0)
        x[place] = np.nan
        y, cache = max_pooling2d(x.reshape(1, 2, 2, 1))
        assert np.isnan(y).all()
        dx = max_pooling2d_backward(np.ones((1, 1, 1, 1)), cache)
        np.testing.assert_array_equal(dx.ravel(), np.eye(4)[place])


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_minus_infinity_stays_and_padding_never_wins(padding):
    x = np.full((1, 3, 3, 1), -np.inf)
    y, cache = max_pooling2d(x, padding=padding)
    assert np.isneginf(y).all()
    dy = np.ones(y.shape)
    assert max_pooling2d_backward(dy, cache).sum() == dy.sum()


def test_negative_pixels_beat_the_padding():
    y, _ = max_pooling2d(np.full((1, 3, 3, 1), -7.0), padding="same")
    np.testing.assert_array_equal(y, -7)


def test_one_pixel():
    compare("MaxPooling2D", (1, 1, 2), "float64", pool_size=3, padding="same")


def test_branches_are_the_winners():
    layer = MaxPooling2D()
    layer.build((2, 2, 1))
    _, cache = layer.forward(np.array([[[[1.0], [2.0]], [[4.0], [3.0]]]]), training=True)
    assert layer.branches(cache).ravel().tolist() == [2]


def test_bad_input():
    with pytest.raises(ValueError, match=r"input_shape \(1, 4, 2\), a window of 2 does not fit"):
        MaxPooling2D().build((1, 4, 2))
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4, 2\)"):
        MaxPooling2D().build((4, 2))
    with pytest.raises(ValueError, match="pool_size must be one or two integers"):
        MaxPooling2D(0)
    with pytest.raises(ValueError, match="strides must be one or two integers"):
        MaxPooling2D(2, strides=(1, 2, 3))
    with pytest.raises(ValueError, match="padding must be 'valid' or 'same'"):
        MaxPooling2D(padding="full")
