import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import GlobalMaxPooling2D


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("shape", [(5, 4, 3), (1, 1, 2), (7, 1, 1)], ids=str)
def test_like_keras(shape, keepdims, dtype):
    compare("GlobalMaxPooling2D", shape, dtype, keepdims=keepdims)


@pytest.mark.parametrize("dtype", DTYPES)
def test_ties_share_the_gradient_as_in_keras(dtype):
    x = np.random.default_rng(0).integers(0, 3, (4, 3, 3, 2)).astype(dtype)
    layer, cache = compare("GlobalMaxPooling2D", (3, 3, 2), dtype, x=x)
    assert (layer.branches(cache).sum(axis=(1, 2)) > 1).any()


def test_nan_as_in_keras():
    x = np.ones((4, 2, 2, 2))
    x[0, 1, 1, 0] = np.nan
    layer, cache = compare("GlobalMaxPooling2D", (2, 2, 2), "float64", x=x)
    dx, _ = layer.backward(np.ones((4, 2)), cache)
    assert np.isnan(dx)[0, :, :, 0].all()


def test_all_minus_infinity():
    layer = GlobalMaxPooling2D()
    layer.build((2, 2, 1))
    y, cache = layer.forward(np.full((1, 2, 2, 1), -np.inf), training=False)
    assert np.isneginf(y).all()
    dx, _ = layer.backward(np.ones((1, 1)), cache)
    np.testing.assert_array_equal(dx, 0.25)


def test_branches_are_the_winners():
    layer = GlobalMaxPooling2D()
    layer.build((2, 2, 1))
    _, cache = layer.forward(np.array([[[[1.0], [2.0]], [[4.0], [3.0]]]]), training=True)
    np.testing.assert_array_equal(layer.branches(cache).ravel(), [False, False, True, False])
