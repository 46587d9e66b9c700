"""The two forms of Adam, and what its first step is."""

import numpy as np
import pytest

from minicnn.optimizers import Adam, AdamW
from minicnn.optimizers.adam import step_size


def textbook(theta, gradients, rate, beta_1, beta_2, epsilon):
    """Algorithm 1 of the paper: m-hat and v-hat, epsilon beside the corrected root."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
        theta = theta - rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta


def run(optimizer, theta, gradients):
    params = {"theta": np.array(theta)}
    for g in gradients:
        optimizer.step(params, {"theta": np.array(g)})
    return params["theta"]


def test_both_forms_agree_where_epsilon_does_not_count():
    gradients = np.random.default_rng(0).normal(size=(15, 4))
    # Decay rates that float32 holds exactly; see as_keras_casts.
    ours = run(Adam(0.1, 0.875, 0.96875, epsilon=0.0), np.ones(4), gradients)
    np.testing.assert_allclose(
        ours, textbook(np.ones(4), gradients, 0.1, 0.875, 0.96875, 0.0), rtol=1e-13
    )


def test_they_part_where_the_gradient_is_as_small_as_epsilon():
    gradient = [np.full(1, 1e-8)]
    ours = run(Adam(0.1), np.zeros(1), gradient)
    np.testing.assert_allclose(ours, -3.15e-4, rtol=2e-3)
    np.testing.assert_allclose(textbook(0.0, gradient, 0.1, 0.9, 0.999, 1e-7), -9.09e-3, rtol=2e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_first_step_is_the_learning_rate_against_the_sign(dtype):
    theta = run(Adam(0.5, epsilon=0.0), np.zeros(3, dtype), [np.array([2.0, -3.0, 1e-3], dtype)])
    assert theta.dtype == dtype
    np.testing.assert_allclose(theta, [-0.5, 0.5, -0.5], rtol=1e-5)


def test_the_step_size_approaches_the_rate():
    rate, beta_1, beta_2 = (np.float32(number) for number in (0.01, 0.9, 0.999))
    assert step_size(rate, beta_1, beta_2, 10**6) == rate
    assert isinstance(step_size(rate, beta_1, beta_2, 1), np.float32)


def test_weight_decay_does_not_pass_through_the_moments():
    theta, none = np.full(2, 8.0), np.zeros(2)
    optimizer = AdamW(0.5, weight_decay=0.25)
    np.testing.assert_array_equal(run(optimizer, theta, [none]), np.full(2, 7.0))
    assert not optimizer.slots["momentum"]["theta"].any()
