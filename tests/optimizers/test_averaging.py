"""Moving averages of the weights."""

import numpy as np
import pytest

import minicnn
from minicnn.layers import Dense, Input
from minicnn.optimizers import SGD
from minicnn.optimizers.averaging import update_average


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_is_the_weighted_mean_that_was_derived(dtype):
    draw, momentum = np.random.default_rng(0), 0.75
    theta = draw.normal(size=(6, 4, 3)).astype(dtype)
    average = theta[0].copy()
    for one in theta[1:]:
        update_average(average, one, momentum)
    weights = np.array([momentum**5, *((1 - momentum) * momentum ** (5 - s) for s in range(1, 6))])
    assert weights.sum() == pytest.approx(1)
    assert average.dtype == dtype
    np.testing.assert_allclose(average, np.tensordot(weights, theta, 1), rtol=1e-5)


def test_the_first_average_is_the_parameter():
    optimizer, params = SGD(0.5, use_ema=True), {"a": np.ones(2)}
    optimizer.step(params, {"a": np.ones(2)})
    np.testing.assert_array_equal(optimizer.slots["average"]["a"], params["a"])


def test_the_average_is_no_view_of_the_parameter():
    optimizer, params = SGD(0.5, use_ema=True, ema_momentum=0.0), {"a": np.ones(2)}
    for _ in range(2):
        optimizer.step(params, {"a": np.ones(2)})
    assert not np.shares_memory(optimizer.slots["average"]["a"], params["a"])


def test_parameters_are_overwritten_every_so_many_steps():
    optimizer = SGD(0.5, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)
    params, equal = {"a": np.ones(1)}, []
    for _ in range(5):
        optimizer.step(params, {"a": np.ones(1)})
        equal.append(bool(params["a"] == optimizer.slots["average"]["a"]))
    assert equal == [True, True, False, True, False]  # the first average is the parameter


def test_without_averages_there_is_nothing_to_finalize():
    optimizer, params = SGD(0.5), {"a": np.ones(1)}
    optimizer.step(params, {"a": np.ones(1)})
    optimizer.finalize_variable_values(params)
    assert params["a"] == 0.5


def test_a_layer_may_be_frozen_between_two_steps():
    model = minicnn.Sequential([Input((3,)), Dense(2), Dense(2)])
    model.compile(minicnn.optimizers.Adam(use_ema=True), "mse")
    x, y = np.ones((4, 3), np.float32), np.ones((4, 2), np.float32)
    model.train_on_batch(x, y)
    model.layers[0].trainable = False
    model.fit(x, y, epochs=2, verbose=0, callbacks=[minicnn.callbacks.SwapEMAWeights()])
