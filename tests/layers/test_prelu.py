import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import PReLU
from minicnn.layers.prelu import prelu, prelu_backward

SHARED = pytest.mark.parametrize("shared_axes", [None, 1, [1, 2], [3], [1, 2, 3]], ids=str)


@pytest.mark.parametrize("dtype", DTYPES)
@SHARED
def test_like_keras(shared_axes, dtype):
    compare("PReLU", (5, 4, 3), dtype, shared_axes=shared_axes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_like_keras_on_rows(dtype):
    compare("PReLU", (7,), dtype)
    compare("PReLU", (1,), dtype)


def test_at_zero_the_derivative_is_keras_one():
    x = np.array([[-1.0, 0.0, 2.0, -0.0]])
    compare("PReLU", (4,), "float64", x=x)
    _, cache = prelu(x, np.full(4, 0.5))
    np.testing.assert_array_equal(prelu_backward(np.ones((1, 4)), cache)[0], [[0.5, 0, 1, 0]])


def test_shared_slopes_collect_their_gradients():
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(2, 3, 4, 5, 2))
    _, single = prelu_backward(dy, prelu(x, np.full((4, 5, 2), 0.3))[1])
    _, shared = prelu_backward(dy, prelu(x, np.full((1, 1, 2), 0.3))[1])
    np.testing.assert_allclose(shared, single.sum(axis=(0, 1), keepdims=True), atol=1e-13)


def test_nan_stays():
    layer = PReLU()
    layer.build((2,))
    assert np.isnan(layer(np.array([[np.nan, 1.0]]))).tolist() == [[True, False]]


def test_the_penalty_is_on_the_slopes():
    layer = PReLU(alpha_regularizer="l2")
    assert list(layer.regularizers) == ["alpha"]


@pytest.mark.parametrize("shared_axes", [0, [4], [-1], ["a"]])
def test_bad_axes(shared_axes):
    with pytest.raises(ValueError, match="shared_axes must hold axes from 1 to 3, got"):
        PReLU(shared_axes=shared_axes).build((4, 4, 2))


def test_a_constraint_is_refused():
    with pytest.raises(ValueError, match="alpha_constraint='non_neg' is not supported"):
        PReLU(alpha_constraint="non_neg")
