import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Reshape


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target_shape", [(12,), (3, 2, 2), (-1,), (2, -1, 3), (1, 1, 12)], ids=str)
def test_like_keras(target_shape, dtype):
    compare("Reshape", (2, 6), dtype, target_shape=target_shape)


def test_the_numbers_keep_their_order():
    layer = Reshape((2, 3))
    layer.build((6,))
    y, cache = layer.forward(np.arange(6.0)[None], training=False)
    assert y.tolist() == [[[0, 1, 2], [3, 4, 5]]]
    np.testing.assert_array_equal(layer.backward(y, cache)[0], np.arange(6.0)[None])


def test_a_batch_of_none():
    layer = Reshape((2, -1))
    layer.build((6,))
    assert layer(np.ones((0, 6))).shape == (0, 2, 3)


def test_one_number_is_a_shape():
    assert Reshape(12).target_shape == (12,)


@pytest.mark.parametrize("target_shape", [(5,), (5, -1), (0, -1), (2, 2)])
def test_numbers_that_do_not_fit_are_refused(target_shape):
    with pytest.raises(ValueError, match=r"build: 12 numbers of shape \(2, 6\) do not fit into"):
        Reshape(target_shape).build((2, 6))


@pytest.mark.parametrize("target_shape", [(-1, -1), (3, -2)])
def test_at_most_one_size_is_left_open(target_shape):
    with pytest.raises(ValueError, match="must hold sizes, one of which may be -1, got"):
        Reshape(target_shape)
