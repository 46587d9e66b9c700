import numpy as np
import pytest
from keras_twin import DTYPES, compare
from oracles import keras

from minicnn.layers import SpatialDropout2D
from minicnn.layers.spatial_dropout2d import spatial_dropout2d, spatial_dropout2d_backward
from minicnn.random import Key


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("rate", "training"), [(0.4, False), (0.0, True), (1.0, True)])
def test_like_keras_where_nothing_is_random(rate, training, dtype):
    compare("SpatialDropout2D", (4, 5, 3), dtype, rate=rate, training=training)


def test_with_keras_channels_it_gives_keras_output():
    x = np.random.default_rng(0).random((20, 4, 5, 3), np.float32) + 0.1
    theirs = np.asarray(keras().layers.SpatialDropout2D(0.4)(x, training=True))
    keep = theirs[:, 0, 0] != 0
    assert 10 < keep.sum() < 50
    np.testing.assert_allclose(spatial_dropout2d(x, keep, rate=0.4)[0], theirs, rtol=1e-6)


def test_whole_channels_are_dropped_with_their_probability():
    layer = SpatialDropout2D(0.3)
    layer.build((3, 4, 50))
    x = np.ones((100, 3, 4, 50), np.float32)
    y, cache = layer.forward(x, training=True, key=1)
    assert (np.ptp(y, axis=(1, 2)) == 0).all()
    dropped = (y[:, 0, 0] == 0).mean()
    assert abs(dropped - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 5000)  # four standard deviations
    np.testing.assert_array_equal(np.unique(y), [0, np.float32(1 / 0.7)])
    np.testing.assert_array_equal(layer.backward(x, cache)[0], y)


def test_a_sample_is_dropped_by_its_number_alone():
    layer = SpatialDropout2D(0.5)
    layer.build((2, 2, 8))
    x = np.ones((9, 2, 2, 8), np.float32)
    y, _ = layer.forward(x, training=True, key=Key(1, 2, np.arange(9), 3))
    part, _ = layer.forward(x[:2], training=True, key=Key(1, 2, np.array([7, 3]), 3))
    np.testing.assert_array_equal(part, y[[7, 3]])


def test_a_dropped_nan_is_dropped():
    x = np.full((1, 2, 2, 2), np.nan)
    y, cache = spatial_dropout2d(x, np.array([[True, False]]), rate=0.5)
    assert np.isnan(y[..., 0]).all()
    assert not y[..., 1].any()
    with pytest.raises(ValueError, match="expected dy of shape"):
        spatial_dropout2d_backward(y[:, :1], cache)


@pytest.mark.parametrize("rate", [-0.1, 1.1, "half", None])
def test_bad_rates(rate):
    with pytest.raises(ValueError, match=r"rate must be a number in \[0, 1\]"):
        SpatialDropout2D(rate)


def test_images_are_wanted():
    with pytest.raises(ValueError, match=r"expected input_shape \(h, w, c\), got \(4,\)"):
        SpatialDropout2D(0.5).build((4,))
