import numpy as np
import pytest

import minicnn
from minicnn.checking.sensitivity import sensitivity
from minicnn.layers import Conv2D, Flatten, Input, MaxPooling2D


@pytest.fixture
def model():
    model = minicnn.Sequential([Input((4, 4, 1)), Conv2D(1, 3), MaxPooling2D(), Flatten()])
    model.layers[0].params["kernel"][:] = 1.0
    return model


def test_rounding_moves_a_smooth_gradient_by_rounding(model):
    x = np.arange(32.0).reshape(2, 4, 4, 1)
    assert 0 < sensitivity(model, x, np.random.default_rng(0)) < 1e-5


def test_rounding_moves_a_gradient_far_at_equal_maxima(model):
    x = np.arange(32.0).reshape(2, 4, 4, 1)
    # The last column holds the first one's pixels in another order: windows of equal sums.
    x[:, :, 3] = x[:, ::-1, 0]
    x[:, 3] = 99.0
    assert sensitivity(model, x, np.random.default_rng(0), trials=10) > 1e-3


def test_nan_is_not_lost(model):
    x = np.arange(32.0).reshape(2, 4, 4, 1)
    x[0, 0, 0] = np.nan
    assert np.isnan(sensitivity(model, x, np.random.default_rng(0)))


def test_model_and_data_stay_as_they_are(model):
    x = np.arange(32.0).reshape(2, 4, 4, 1).astype("float32")
    before = [array.copy() for array in (x, *model.get_weights())]
    sensitivity(model, x, np.random.default_rng(0))
    for array, same in zip((x, *model.get_weights()), before, strict=True):
        np.testing.assert_array_equal(array, same)
        assert array.dtype == np.float32
