import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import ELU
from minicnn.layers.elu import elu, elu_backward


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", [1.0, 0.5, 2.0])
def test_like_keras(alpha, dtype):
    compare("ELU", (3, 4), dtype, alpha=alpha)


def test_extremes_neither_overflow_nor_lose_nan():
    y, cache = elu(np.array([1e4, -1e4, np.inf, -np.inf, np.nan]))
    np.testing.assert_array_equal(y, [1e4, -1, np.inf, -1, np.nan])
    np.testing.assert_array_equal(elu_backward(np.ones(5), cache), [1, 0, 1, 0, np.nan])


def test_small_numbers_keep_their_digits():
    y, _ = elu(np.array([-1e-12]))
    np.testing.assert_allclose(y, -1e-12, rtol=1e-11)


def test_branches_are_the_sides():
    layer = ELU()
    layer.build((2,))
    _, cache = layer.forward(np.array([[-1.0, 1.0]]), training=True)
    assert layer.branches(cache).tolist() == [[False, True]]
