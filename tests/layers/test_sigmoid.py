import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers.sigmoid import sigmoid, sigmoid_backward


@pytest.mark.parametrize("dtype", DTYPES)
def test_like_keras(dtype):
    compare("Activation", (3, 4), dtype, activation="sigmoid")


def test_extremes_neither_overflow_nor_lose_nan():
    y, cache = sigmoid(np.array([-1e4, -np.inf, 1e4, np.inf, np.nan]))
    np.testing.assert_array_equal(y, [0, 0, 1, 1, np.nan])
    np.testing.assert_array_equal(sigmoid_backward(np.ones(5), cache), [0, 0, 0, 0, np.nan])


def test_small_probabilities_keep_their_digits():
    np.testing.assert_allclose(sigmoid(np.array([-700.0]))[0], np.exp(-700.0), rtol=1e-14)
