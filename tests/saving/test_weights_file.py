"""Weights alone in a file: ours in Keras, Keras's here, and what is refused."""

import numpy as np
import pytest
from oracles import keras as oracle
from saving_twins import X, Y, assert_equal, assert_goes_on_equally, compiled, small

import minicnn
from minicnn.layers import Dense, Input

KERAS_ARRAYS = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras():
    return oracle()


@KERAS_ARRAYS
@pytest.mark.parametrize("ours", [True, False], ids=["ours to Keras", "Keras to ours"])
def test_the_other_library_goes_on_from_it(keras, ours, tmp_path):
    first, second = (minicnn, keras) if ours else (keras, minicnn)
    model, other = compiled(first, small, "adam"), compiled(second, small, "adam")
    model.train_on_batch(X, Y)
    path = tmp_path / "m.weights.h5"
    model.save_weights(path)
    other.load_weights(path)
    assert int(other.optimizer.iterations) == 3
    assert_goes_on_equally(model, other)


def sharing(library):
    """Two models in a row that share a layer."""
    shared, inputs = library.layers.Dense(4, name="shared"), library.layers.Input
    a, b, x = inputs((4,)), inputs((4,)), inputs((4,))
    first = library.Model(a, shared(a), name="first")
    second = library.Model(b, library.layers.Dense(2)(shared(b)), name="second")
    return library.Model(x, second(first(x)))


@KERAS_ARRAYS
def test_a_layer_that_two_models_share_is_read_where_keras_writes_it(keras, tmp_path):
    theirs, ours = sharing(keras), sharing(minicnn)
    theirs.save_weights(tmp_path / "m.weights.h5")
    ours.load_weights(tmp_path / "m.weights.h5")
    x = np.ones((2, 4), np.float32)
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x, verbose=0), rtol=1e-5)


def network(units=3):
    model = minicnn.Sequential([Input((4,)), Dense(units)], seed=0)
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 4), np.float32), np.ones((2, units), np.float32))
    return model


def test_a_file_of_another_network_changes_nothing(tmp_path):
    network(units=5).save_weights(tmp_path / "other.weights.h5")
    model, before = network(), network()
    with pytest.raises(ValueError, match=r"other\.weights\.h5 cannot be read as weights: .*shape"):
        model.load_weights(tmp_path / "other.weights.h5")
    assert_equal(model, before)


def test_a_damaged_file_changes_nothing(tmp_path):
    path = tmp_path / "m.weights.h5"
    network().save_weights(path)
    path.write_bytes(path.read_bytes()[:-500])
    model, before = network(), network()
    with pytest.raises(ValueError, match=r"m\.weights\.h5 cannot be read as weights: .*damaged"):
        model.load_weights(path)
    assert_equal(model, before)


def test_optimizer_state_of_other_parameters_is_told(tmp_path):
    model = network()
    model.save_weights(tmp_path / "m.weights.h5")
    other = network()
    other.compile("rmsprop", "mse")
    with pytest.warns(UserWarning, match="holds 6 variables of the optimizer, expected 4"):
        other.load_weights(tmp_path / "m.weights.h5")
    assert other.optimizer.iterations == 0


def test_names_and_nan_are_refused(tmp_path):
    model = network()
    with pytest.raises(FileNotFoundError, match=r"a\.weights\.h5 does not exist"):
        model.load_weights(tmp_path / "a.weights.h5")
    model.layers[0].params["bias"][0] = np.nan
    with pytest.raises(ValueError, match=r"a\.weights\.h5 was not written: .*bias holds NaN"):
        model.save_weights(tmp_path / "a.weights.h5")
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_can_be_skipped(tmp_path):
    network(units=5).save_weights(tmp_path / "other.weights.h5")
    model, before = network(), network()
    with (
        pytest.warns(UserWarning, match="the optimizer keeps its state, because layers were skip"),
        pytest.warns(UserWarning, match="layer 'dense' was skipped: .* has shape") as seen,
    ):
        model.load_weights(tmp_path / "other.weights.h5", skip_mismatch=True)
    assert {warning.filename for warning in seen} == {__file__}
    assert_equal(model, before)


def test_weights_of_a_whole_model(tmp_path):
    model, other = network(), network()
    model.train_on_batch(np.ones((2, 4), np.float32), np.ones((2, 3), np.float32))
    model.save(tmp_path / "m.keras")
    other.load_weights(tmp_path / "m.keras")
    assert_equal(model, other)
    with pytest.raises(ValueError, match="by_name is for Keras's older HDF5 files"):
        other.load_weights(tmp_path / "m.keras", by_name=True)
