import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers.tanh import tanh, tanh_backward


@pytest.mark.parametrize("dtype", DTYPES)
def test_like_keras(dtype):
    compare("Activation", (3, 4), dtype, activation="tanh")


def test_extremes_and_nan():
    y, cache = tanh(np.array([-1e4, 1e4, -np.inf, np.inf, np.nan]))
    np.testing.assert_array_equal(y, [-1, 1, -1, 1, np.nan])
    np.testing.assert_array_equal(tanh_backward(np.ones(5), cache), [0, 0, 0, 0, np.nan])
