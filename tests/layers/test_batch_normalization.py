import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.kernels import threads
from minicnn.layers import BatchNormalization


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(5,), (3, 5), (6, 4, 5), (2, 3, 4, 5)], ids=str)
def test_like_keras(shape, training, dtype):
    compare("BatchNormalization", shape, dtype, training=training)


@pytest.mark.parametrize(
    ("center", "scale", "training"), list(itertools.product([True, False], repeat=3))
)
def test_with_and_without_beta_and_gamma(center, scale, training):
    compare(
        "BatchNormalization", (4, 4, 3), "float64", training=training,
        center=center, scale=scale, momentum=0.8, epsilon=1e-2,
    )  # fmt: skip


def test_the_last_axis_by_its_number():
    compare("BatchNormalization", (4, 4, 3), "float64", axis=3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_frozen_means_inference_even_in_training(dtype):
    layer, _ = compare("BatchNormalization", (4, 3), dtype, trainable=False)
    before = dict(layer.state)
    y, cache = layer.forward(np.ones((2, 4, 3), dtype), training=True)
    assert all(layer.state[name] is array for name, array in before.items())
    _, grads = layer.backward(y, cache)
    assert set(grads) == {"gamma", "beta"}


def test_one_sample():
    _, cache = compare("BatchNormalization", (3,), "float64", x=np.array([[1.0, -2.0, 3.0]]))
    np.testing.assert_array_equal(cache.x - cache.mean, 0)


def test_a_large_offset_keeps_the_variance():
    # numerics: a one-pass float32 variance is above 1000 here, a naive two-pass one 1.53.
    x = (1000 + np.random.default_rng(0).normal(size=(294_912, 1))).astype(np.float32)
    layer = BatchNormalization(momentum=0.0)
    layer.build((1,))
    y = layer(x, training=True)
    true = x.astype(np.float64)
    assert layer.state["moving_variance"][0] == np.float32(true.var())
    expected = (true - true.mean()) / np.sqrt(true.var() + 1e-3)
    np.testing.assert_allclose(y, expected, atol=1e-6)


def test_the_same_bits_on_any_number_of_threads():
    x = np.random.default_rng(0).normal(size=(5000, 40)).astype(np.float32)
    layer = BatchNormalization()
    layer.build((40,))
    results = []
    before = threads.get_threads()
    try:
        for count in (1, 2, 3):
            threads.set_threads(count)
            y, cache = layer.forward(x, training=True)
            dx, grads = layer.backward(x, cache)
            results.append((y, dx, *grads.values()))
    finally:
        threads.set_threads(before)
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_nan_stays_in_its_channel():
    layer = BatchNormalization()
    layer.build((2,))
    x = np.random.default_rng(0).normal(size=(4, 2))
    x[1, 0] = np.nan
    y = layer(x, training=True)
    assert np.isnan(y[:, 0]).all()
    assert np.isfinite(y[:, 1]).all()
    assert np.isnan(layer.state["moving_mean"]).tolist() == [True, False]


def test_the_running_statistics_of_a_user_are_left_alone():
    layer = BatchNormalization()
    layer.build((2,))
    mean, variance = np.zeros(2, np.float32), np.ones(2, np.float32)
    layer.state |= {"moving_mean": mean, "moving_variance": variance}
    layer.forward(np.ones((3, 2), np.float32), training=True)
    np.testing.assert_array_equal(mean, 0)
    np.testing.assert_array_equal(variance, 1)
    assert layer.state["moving_mean"].dtype == np.float32
    np.testing.assert_allclose(layer.state["moving_mean"], 0.01, rtol=1e-6)


def test_bad_input():
    with pytest.raises(ValueError, match=r"axis must be the last one, -1 or 3 for inputs"):
        BatchNormalization(axis=1).build((4, 4, 3))
    with pytest.raises(ValueError, match=r"momentum must be a number in \[0, 1\], got 1\.5"):
        BatchNormalization(momentum=1.5)
    with pytest.raises(ValueError, match=r"epsilon must be a number in \[0, inf\), got -1"):
        BatchNormalization(epsilon=-1)
    with pytest.raises(ValueError, match="renorm=True is not supported; expected False"):
        BatchNormalization.from_config({"renorm": True})
    layer = BatchNormalization()
    layer.build((3,))
    with pytest.raises(ValueError, match="an empty batch has no mean"):
        layer.forward(np.ones((0, 3)), training=True)
