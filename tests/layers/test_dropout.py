import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.kernels import threads
from minicnn.layers import Dropout
from minicnn.random import Key


def dropout(rate, shape=(20,)):
    layer = Dropout(rate)
    layer.build(shape)
    return layer


@pytest.mark.parametrize("dtype", DTYPES)
def test_inference_like_keras(dtype):
    compare("Dropout", (3, 4, 2), dtype, training=False, rate=0.4, seed=7)


@pytest.mark.parametrize("rate", [0, 1])
def test_certain_rates_like_keras(rate):
    compare("Dropout", (3, 4), "float32", rate=rate)


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5, 0.9])
def test_a_share_of_one_minus_rate_is_kept_and_scaled(rate):
    n = 400_000
    y = dropout(rate, (100, 40))(np.ones((100, 100, 40)), training=True, key=1)
    kept = y != 0
    deviation = np.sqrt(rate * (1 - rate) / n)
    assert abs(kept.mean() - (1 - rate)) < 4 * deviation
    np.testing.assert_array_equal(y[kept], 1 / (1 - rate))


def test_backward_uses_the_mask_of_forward():
    layer = dropout(0.3)
    y, cache = layer.forward(np.ones((5, 20)), training=True, key=1)
    dx, _ = layer.backward(np.full((5, 20), 2.0), cache)
    np.testing.assert_array_equal(dx, 2 * y)


def test_a_sample_has_the_same_mask_in_any_batch():
    x = np.ones((10, 20), np.float32)
    layer = dropout(0.5)
    whole = layer(x, training=True, key=Key(5, 9, np.arange(10)))
    some = layer(x[:3], training=True, key=Key(5, 9, np.array([7, 2, 9])))
    np.testing.assert_array_equal(some, whole[[7, 2, 9]])


def test_the_same_mask_on_any_number_of_threads():
    before = threads.get_threads()
    masks = []
    try:
        for count in (1, 2, 5):
            threads.set_threads(count)
            masks.append(dropout(0.5)(np.ones((9, 20)), training=True, key=1))
    finally:
        threads.set_threads(before)
    np.testing.assert_array_equal(masks[0], masks[1])
    np.testing.assert_array_equal(masks[0], masks[2])


def test_seed_step_and_stream_change_the_mask():
    x = np.ones((4, 20))
    masks = [
        dropout(0.5)(x, training=True, key=Key(seed, step, stream=stream)).tobytes()
        for seed, step, stream in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    ]
    assert len(set(masks)) == 4


def test_without_a_key_every_call_draws_anew():
    layer, x = dropout(0.5, (200,)), np.ones((2, 200))
    assert (layer(x, training=True) != layer(x, training=True)).any()


def test_what_is_dropped_is_zero_even_if_it_was_nan():
    y = dropout(0.5)(np.full((5, 20), np.nan), training=True, key=1)
    assert 0 < np.isnan(y).sum() < y.size
    assert (y[~np.isnan(y)] == 0).all()


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_bad_rate(rate):
    with pytest.raises(ValueError, match=r"Dropout 'dropout': rate must .* in \[0, 1\], got"):
        Dropout(rate)


def test_a_noise_shape_is_refused():
    with pytest.raises(ValueError, match="noise_shape="):
        Dropout.from_config({"rate": 0.5, "noise_shape": [None, 1]})


def test_a_dropout_that_always_drops_needs_no_class():
    with pytest.raises(
        TypeError, match=r"MCDropout: call .*, or use Dropout\(rate\)\(x, training=T"
    ):

        class MCDropout(Dropout):
            def call(self, inputs):
                return super().call(inputs, training=True)
