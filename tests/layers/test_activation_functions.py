"""Values far out, NaN, digits, and the derivative of the approximate GELU."""

import numpy as np
import pytest
from oracles import tensorflow
from scipy.special import log_ndtr

from minicnn.layers.activation import FUNCTIONS, get

ELEMENTWISE = [name for name in FUNCTIONS if "softmax" not in name]
#: What each tends to at minus and plus infinity, and its slope there.
LIMITS = {
    "linear": ((-np.inf, np.inf), (1, 1)),
    "relu": ((0, np.inf), (0, 1)),
    "relu6": ((0, 6), (0, 0)),
    "leaky_relu": ((-np.inf, np.inf), (0.2, 1)),
    "elu": ((-1, np.inf), (0, 1)),
    "selu": ((-1.7580993408473766, np.inf), (0, 1.0507009873554805)),
    "gelu": ((0, np.inf), (0, 1)),
    "silu": ((0, np.inf), (0, 1)),
    "mish": ((0, np.inf), (0, 1)),
    "softplus": ((0, np.inf), (0, 1)),
    "softsign": ((-1, 1), (0, 0)),
    "sigmoid": ((0, 1), (0, 0)),
    "hard_sigmoid": ((0, 1), (0, 0)),
    "hard_silu": ((0, np.inf), (0, 1)),
    "tanh": ((-1, 1), (0, 0)),
    "exponential": ((0, np.inf), (0, np.inf)),
}


def run(name, x, **options):
    function = get(name)
    y, cache = function.forward(x, **options)
    return y, function.backward(np.ones_like(x), cache)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_far_out_each_reaches_its_limit_without_a_warning(name, dtype):
    ends, slopes = LIMITS[name]
    y, dx = run(name, np.array([-np.inf, np.inf], dtype))
    assert y.dtype == dx.dtype == dtype
    np.testing.assert_allclose(y, ends, rtol=1e-6)
    np.testing.assert_allclose(dx, slopes, rtol=1e-6)
    far = np.array([-1e37, -1e20, -1e4, -200, 200, 1e4, 1e20, 1e37], dtype)
    y, dx = run(name, far)
    expected = np.where(np.isinf(np.repeat(ends, 4)), y, np.repeat(ends, 4))
    np.testing.assert_allclose(y, expected, rtol=1e-2, atol=1e-2)
    assert not np.isnan(y).any()
    assert not np.isnan(dx).any()


@pytest.mark.parametrize("approximate", [False, True])
def test_gelu_is_x_far_above_and_zero_far_below(approximate):
    far = np.array([-1e37, -50, 50, 1e37])
    y, dx = run("gelu", far, approximate=approximate)
    np.testing.assert_allclose(y, [0, 0, 50, 1e37], rtol=1e-15, atol=1e-300)
    np.testing.assert_allclose(dx, [0, 0, 1, 1], rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_passes_through(name):
    y, _ = run(name, np.array([[np.nan], [1.0]]))
    assert np.isnan(y[0, 0])
    assert not np.isnan(y[1, 0])


def test_gelu_keeps_its_digits_below():
    x = np.array([-5.0, -9.0, -20.0])
    np.testing.assert_allclose(run("gelu", x)[0], x * np.exp(log_ndtr(x)), rtol=1e-12)


def test_softplus_and_silu_keep_their_digits_below():
    x = np.array([-40.0, -100.0, -700.0])
    np.testing.assert_allclose(run("softplus", x)[0], np.exp(x), rtol=1e-12)
    np.testing.assert_allclose(run("silu", x)[0], x * np.exp(x), rtol=1e-12)
    np.testing.assert_allclose(run("silu", x)[1], np.exp(x) * (1 + x), rtol=1e-12)
    np.testing.assert_allclose(run("mish", x)[0], x * np.exp(x), rtol=1e-12)


def test_approximate_gelu_and_its_derivative_are_tensorflows():
    tf = tensorflow()
    x = np.random.default_rng(0).normal(0, 3, 50)
    variable = tf.Variable(x)
    with tf.GradientTape() as tape:
        theirs = tf.nn.gelu(variable, approximate=True)
    y, dx = run("gelu", x, approximate=True)
    # TensorFlow has 0.044715 in float32.
    np.testing.assert_allclose(y, theirs.numpy(), rtol=0, atol=1e-8)
    np.testing.assert_allclose(dx, tape.gradient(theirs, variable).numpy(), rtol=0, atol=1e-8)
    step = 1e-6
    ahead, behind = (run("gelu", x + s, approximate=True)[0] for s in (step, -step))
    np.testing.assert_allclose(dx, (ahead - behind) / (2 * step), rtol=0, atol=1e-8)
    assert np.abs(y - run("gelu", x)[0]).max() < 1e-3


def test_log_softmax_is_finite_where_a_probability_is_zero():
    y, dx = run("log_softmax", np.array([[0.0, 2000.0]]))
    np.testing.assert_array_equal(y, [[-2000.0, 0.0]])
    np.testing.assert_array_equal(dx, [[1.0, -1.0]])
