"""GaussianDropout and AlphaDropout."""

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import AlphaDropout, GaussianDropout
from minicnn.layers.alpha_dropout import alpha_dropout, alpha_dropout_backward
from minicnn.layers.gaussian_dropout import gaussian_dropout, gaussian_dropout_backward
from minicnn.random import Key

BOTH = pytest.mark.parametrize("cls", [GaussianDropout, AlphaDropout])


@BOTH
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("rate", "training"), [(0.4, False), (0.0, True)])
def test_like_keras_where_nothing_is_random(cls, rate, training, dtype):
    compare(cls.__name__, (4, 5), dtype, rate=rate, training=training)


@BOTH
def test_mean_and_variance_of_a_normal_input_are_kept_or_known(cls):
    rng, rate = np.random.default_rng(0), 0.3
    x = rng.normal(size=(2000, 100))
    layer = cls(rate)
    layer.build((100,))
    y, _ = layer.forward(x, training=True, key=1)
    variance = 1 if cls is AlphaDropout else 1 + rate / (1 - rate)
    assert abs(y.mean()) < 0.02
    assert abs(y.var() - variance) < 0.03


def test_gaussian_factors():
    x, z = np.full((1, 3), 2.0), np.array([[0.0, 1.0, -1.0]])
    y, cache = gaussian_dropout(x, z, rate=0.2)
    np.testing.assert_allclose(y, [[2, 3, 1]])
    np.testing.assert_allclose(gaussian_dropout_backward(x, cache), [[2, 3, 1]])


def test_alpha_values():
    lowest = -1.7580993408473766
    x, keep = np.array([[3.0, 3.0]]), np.array([[True, False]])
    y, cache = alpha_dropout(x, keep, rate=0.25)
    a = (0.75 * (1 + 0.25 * lowest**2)) ** -0.5
    np.testing.assert_allclose(y, [[a * 3 - a * 0.25 * lowest, a * 0.75 * lowest]])
    np.testing.assert_allclose(alpha_dropout_backward(np.ones((1, 2)), cache), [[a, 0]])


@BOTH
def test_a_sample_is_changed_by_its_number_alone(cls):
    layer = cls(0.5)
    layer.build((8,))
    x = np.ones((9, 8), np.float32)
    y, cache = layer.forward(x, training=True, key=Key(1, 2, np.arange(9), 3))
    part, _ = layer.forward(x[:2], training=True, key=Key(1, 2, np.array([7, 3]), 3))
    np.testing.assert_array_equal(part, y[[7, 3]])
    with pytest.raises(ValueError, match="expected dy of shape"):
        layer.backward(x[:1], cache)


@BOTH
@pytest.mark.parametrize("rate", [-0.1, 1, "half", None])
def test_bad_rates(cls, rate):
    with pytest.raises(ValueError, match=r"rate must be a number in \[0, 1\)"):
        cls(rate)
