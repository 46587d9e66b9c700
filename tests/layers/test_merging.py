import numpy as np
import pytest

from minicnn.layers.merging import (
    average,
    maximum,
    maximum_backward,
    multiply,
    multiply_backward,
    subtract,
    subtract_backward,
    unbroadcast,
)


def test_by_hand():
    a, b = np.array([[1.0, -2.0]]), np.array([[4.0, 0.5]])
    np.testing.assert_array_equal(subtract((a, b))[0], [[-3, -2.5]])
    np.testing.assert_array_equal(multiply((a, b, b))[0], [[16, -0.5]])
    np.testing.assert_array_equal(average((a, b, b))[0], [[3, -1 / 3]])
    np.testing.assert_array_equal(maximum((a, b, a))[0], [[4, 0.5]])


def test_the_second_of_a_difference_gets_the_opposite():
    _, cache = subtract((np.ones((1, 2)), np.ones((1, 2))))
    first, second = subtract_backward(np.array([[3.0, -1.0]]), cache)
    np.testing.assert_array_equal(first, [[3, -1]])
    np.testing.assert_array_equal(second, [[-3, 1]])


def test_a_factor_of_zero_has_a_derivative():
    _, cache = multiply((np.zeros((1, 1)), np.full((1, 1), 5.0), np.full((1, 1), 2.0)))
    assert [float(dx.item()) for dx in multiply_backward(np.ones((1, 1)), cache)] == [10, 0, 0]


def test_of_equal_ones_the_first_wins_all():
    x = np.ones((1, 3))
    y, cache = maximum((x, x, x))
    dxs = maximum_backward(np.full((1, 3), 2.0), cache)
    np.testing.assert_array_equal(y, x)
    assert [dx.sum() for dx in dxs] == [6, 0, 0]


def test_nan_stays_nan():
    x = np.array([[np.nan, 1.0]])
    for xs in ((x, np.zeros((1, 2))), (np.zeros((1, 2)), x)):
        assert np.isnan(maximum(xs)[0]).tolist() == [[True, False]]


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 1, 4), (2, 1, 1), (1, 1, 1)])
def test_what_was_stretched_collects_its_copies(shape):
    dy = np.arange(24.0).reshape(2, 3, 4)
    dx = unbroadcast(dy, shape)
    assert dx.shape == shape
    assert dx.sum() == dy.sum()


def test_scaled_channels_get_the_sum_over_the_image():
    images, weights = np.full((2, 3, 3, 4), 2.0), np.full((2, 1, 1, 4), 0.5)
    y, cache = multiply((images, weights))
    assert y.shape == images.shape
    dimages, dweights = multiply_backward(np.ones(y.shape), cache)
    np.testing.assert_array_equal(dimages, 0.5)
    np.testing.assert_array_equal(dweights, np.full((2, 1, 1, 4), 18.0))
