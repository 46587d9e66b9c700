"""What layer.weights holds."""

import numpy as np
import pytest

from minicnn.layers import Dense


def test_a_variable_says_what_it_is_and_can_be_set():
    layer = Dense(2, name="scores", dtype="float64")
    layer.build((3,))
    kernel, bias = layer.weights
    assert repr(kernel) == "<Variable scores/kernel, shape=(3, 2), dtype=float64>"
    assert bias.dtype == "float64"
    bias.assign([1, 2])
    np.testing.assert_array_equal(layer.params["bias"], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"scores/bias: has shape \(2,\), got \(3,\)"):
        bias.assign([1, 2, 3])
