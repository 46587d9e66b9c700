import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import AveragePooling2D
from minicnn.layers.average_pooling2d import average_pooling2d

ARGUMENTS = list(itertools.product([2, 3, (2, 3), (1, 4)], [None, 1, 2, (3, 1)], ["valid", "same"]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("pool_size", "strides", "padding"), ARGUMENTS, ids=str)
def test_like_keras(pool_size, strides, padding, dtype):
    arguments = {"pool_size": pool_size, "strides": strides, "padding": padding}
    compare("AveragePooling2D", (7, 6, 3), dtype, **arguments)


def test_padding_is_left_out_of_the_mean():
    y, _ = average_pooling2d(np.full((1, 3, 3, 1), 7.0), padding="same")
    np.testing.assert_array_equal(y, 7)


def test_one_pixel():
    compare("AveragePooling2D", (1, 1, 2), "float64", pool_size=3, padding="same")


def test_nan_stays_in_its_windows():
    x = np.ones((1, 4, 4, 1))
    x[0, 3, 0] = np.nan
    nan = np.isnan(average_pooling2d(x)[0])[0, :, :, 0]
    np.testing.assert_array_equal(nan, [[False, False], [True, False]])


def test_a_pool_larger_than_its_image():
    with pytest.raises(ValueError, match=r"input_shape \(3, 4, 2\), a window of 5 does not fit"):
        AveragePooling2D((2, 5)).build((3, 4, 2))
