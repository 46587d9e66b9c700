import numpy as np
import pytest
from keras_twin import DTYPES, compare

from minicnn.layers import Dense


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("activation", [None, "relu", "elu", "tanh", "softmax"])
def test_like_keras(activation, use_bias, dtype):
    compare("Dense", (7,), dtype, units=5, activation=activation, use_bias=use_bias)


@pytest.mark.parametrize("shape", [(1,), (3, 7), (2, 3, 4)])
def test_any_rank(shape):
    compare("Dense", shape, "float64", units=5)


def test_one_sample_and_one_unit():
    compare("Dense", (3,), "float64", units=1)


@pytest.mark.parametrize("units", [0, -1, 1.5])
def test_bad_units(units):
    with pytest.raises(ValueError, match=r"units must be a whole number in \[1, inf\), got"):
        Dense(units)


def test_the_activation_can_be_taken_away():
    layer = Dense(2, activation="relu")
    x = np.array([[1.0, -2.0]])
    assert (layer(x) >= 0).all()
    layer.activation = None
    np.testing.assert_allclose(layer(x), x @ layer.kernel, rtol=1e-6)
    assert Dense.from_config(layer.get_config()).get_config()["activation"] == "linear"
    with pytest.raises(ValueError, match="activation"):
        layer.activation = "nothing like it"
