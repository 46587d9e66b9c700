import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import UnitNormalization


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [-1, 1, [1, 2], (3, 1), [1, 2, 3]], ids=str)
def test_like_keras(axis, dtype):
    compare("UnitNormalization", (5, 4, 3), dtype, axis=axis)


def test_a_vector_of_zeros_like_keras():
    x = np.random.default_rng(0).normal(size=(4, 3))
    x[2] = 0
    compare("UnitNormalization", (3,), "float64", x=x)


def test_lengths_are_one():
    x = np.random.default_rng(0).normal(3, 5, (6, 4, 5))
    y = UnitNormalization(axis=[1, 2])(x)
    np.testing.assert_allclose(np.square(y).sum(axis=(1, 2)), 1, rtol=1e-14)
    np.testing.assert_allclose(y[3] / x[3], np.full((4, 5), y[3, 0, 0] / x[3, 0, 0]), rtol=1e-14)


def test_squares_beyond_float32():
    x = np.array([[3e30, 4e30], [3e-30, 4e-30]], np.float32)
    np.testing.assert_allclose(UnitNormalization()(x), [[0.6, 0.8], [3e-18, 4e-18]], rtol=1e-6)


@pytest.mark.parametrize("axis", [0, 4, -4, [1, 1], []])
def test_axes_that_a_sample_does_not_have(axis):
    with pytest.raises(ValueError, match="axis must hold different axes of a sample, from 1 to 3"):
        UnitNormalization(axis=axis).build((5, 4, 3))


@pytest.mark.parametrize("axis", ["last", [1.0], None])
def test_an_axis_that_is_no_number(axis):
    with pytest.raises(TypeError, match="axis must be an integer or several, got"):
        UnitNormalization(axis=axis)
