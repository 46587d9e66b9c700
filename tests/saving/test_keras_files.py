"""Files of the real Keras are read here, and ours there: every layer, argument, optimizer."""

import oracles
import pytest
from saving_twins import (
    OPTIMIZERS,
    across,
    activations,
    assert_goes_on_equally,
    augmented,
    averages,
    compiled,
    convolutions,
    images,
    shapes,
    small,
    weights,
)

import minicnn

# Keras 3.15 under NumPy 2, at every array that it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras():
    return oracles.keras()


BOTH_WAYS = pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])


@BOTH_WAYS
@pytest.mark.parametrize("build", [images, averages, activations, convolutions, augmented, shapes])
def test_every_layer_and_argument(keras, build, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, build, "adam")
    assert_goes_on_equally(model, across(keras, model, tmp_path / "m.keras"))


@BOTH_WAYS
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer(keras, optimizer, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, small, optimizer)
    other = across(keras, model, tmp_path / "m.keras")
    assert int(other.optimizer.iterations) == 2
    assert_goes_on_equally(model, other)


@pytest.fixture
def in_float64(keras):
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@BOTH_WAYS
@pytest.mark.usefixtures("in_float64")
def test_float64(keras, ours, tmp_path):
    lib = minicnn if ours else keras
    model = compiled(lib, images, "adam", "float64")
    other = across(keras, model, tmp_path / "m.keras")
    assert {array.dtype.name for array in weights(other)} == {"float64"}
    assert_goes_on_equally(model, other, "float64")
