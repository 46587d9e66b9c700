import numpy as np
import pytest
from keras_twin import DTYPES, compare
from scipy import stats

from minicnn.layers import GaussianNoise
from minicnn.random import Key


def noise(stddev, shape=(20,)):
    layer = GaussianNoise(stddev)
    layer.build(shape)
    return layer


@pytest.mark.parametrize("dtype", DTYPES)
def test_inference_like_keras(dtype):
    compare("GaussianNoise", (3, 4, 2), dtype, training=False, stddev=0.4, seed=7)


def test_no_noise_like_keras():
    compare("GaussianNoise", (3, 4), "float32", stddev=0.0)


def test_the_noise_is_normal():
    x = np.full((50, 2001), 3.0)
    y = noise(0.25, (2001,))(x, training=True, key=1)
    assert stats.kstest((y - x).ravel() / 0.25, "norm").pvalue > 0.01


def test_a_sample_has_the_same_noise_in_any_batch():
    x = np.zeros((10, 20), np.float32)
    layer = noise(1.0)
    whole = layer(x, training=True, key=Key(5, 9, np.arange(10)))
    some = layer(x[:2], training=True, key=Key(5, 9, np.array([7, 2])))
    np.testing.assert_array_equal(some, whole[[7, 2]])


def test_the_derivative_passes():
    layer = noise(1.0)
    _, cache = layer.forward(np.zeros((3, 20)), training=True, key=1)
    dy = np.random.default_rng(0).normal(size=(3, 20))
    np.testing.assert_array_equal(layer.backward(dy, cache)[0], dy)


@pytest.mark.parametrize("stddev", [-0.1, 1.5])
def test_bad_stddev(stddev):
    with pytest.raises(ValueError, match=r"stddev must be a number in \[0, 1\], got"):
        GaussianNoise(stddev)
