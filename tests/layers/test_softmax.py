import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Softmax
from minicnn.layers.softmax import softmax


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [-1, 1, -2, 2])
def test_like_keras(axis, dtype):
    compare("Softmax", (4, 5), dtype, axis=axis)


def test_large_scores_do_not_overflow():
    y, _ = softmax(np.array([[1e4, 1e4, -1e4]]))
    np.testing.assert_array_equal(y, [[0.5, 0.5, 0]])


def test_nan_stays_in_its_row():
    y, _ = softmax(np.array([[1.0, np.nan], [1.0, 1.0]]))
    assert np.isnan(y).tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize("axis", [0, 3, -3])
def test_bad_axis(axis):
    with pytest.raises(ValueError, match=f"axis {axis} is not an axis of the scores"):
        Softmax(axis).build((3, 4))
