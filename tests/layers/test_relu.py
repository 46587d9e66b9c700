import itertools

import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import ReLU
from minicnn.layers.relu import relu, relu_backward

# Numbers that float32 holds exactly: TensorFlow rounds them to it.
ARGUMENTS = [
    {"max_value": bound, "negative_slope": slope, "threshold": threshold}
    for bound, slope, threshold in itertools.product([None, 1.5], [0.0, 0.25], [0.0, 0.5])
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_like_keras(arguments, dtype):
    compare("ReLU", (3, 4, 5), dtype, **arguments)


def test_no_slope_at_zero():
    _, cache = relu(np.array([-1.0, -0.0, 0.0, 1.0]))
    np.testing.assert_array_equal(relu_backward(np.ones(4), cache), [0, 0, 0, 1])


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_nan_stays(arguments):
    y, _ = relu(np.array([np.nan, -np.inf, np.inf]), **arguments)
    assert np.isnan(y).tolist() == [True, False, False]


def test_branches():
    layer = ReLU(max_value=2.0)
    layer.build((3,))
    _, cache = layer.forward(np.array([[-1.0, 1.0, 3.0]]), training=True)
    assert len(np.unique(layer.branches(cache))) == 3


@pytest.mark.parametrize("name", ["max_value", "negative_slope", "threshold"])
def test_negative_arguments_are_refused(name):
    with pytest.raises(ValueError, match=rf"{name} must be a number in \[0, inf\), got -1"):
        ReLU(**{name: -1})
