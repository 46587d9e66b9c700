import numpy as np
import pytest

from minicnn.checking.general_position import in_general_position
from minicnn.layers import BatchNormalization, Dense


def built(layer, shape):
    layer.build(shape, rng=0)
    return layer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_special_value_remains(dtype):
    layer = built(BatchNormalization(moving_variance_initializer="zeros"), (50,))
    moved = in_general_position(layer, np.random.default_rng(0), dtype)
    for name, array in (moved.params | moved.state).items():
        assert array.dtype == dtype
        assert not np.isin(array, [0.0, 1.0]).any(), name
        assert len(np.unique(array)) == 50
    assert (moved.state["moving_variance"] > 0).all()
    assert (layer.params["gamma"] == 1).all()  # the given layer stays


def test_values_stay_of_their_size():
    layer = built(Dense(40), (40,))
    moved = in_general_position(layer, np.random.default_rng(0), "float64")
    ratio = moved.params["kernel"].std() / layer.params["kernel"].std()
    assert ratio == pytest.approx(np.hypot(1, 0.3), rel=0.05)
