import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn import Sequential
from minicnn.feeding import as_floats, as_numbers
from minicnn.layers import Dense, Flatten, GaussianNoise, Input, Rescaling
from minicnn.training_data import split_validation


def test_floats_come_out_in_the_asked_dtype():
    x = np.ones((2, 3))
    assert as_floats("fit", x, np.dtype("f4")).dtype == np.float32
    single = x.astype("f4")
    assert as_floats("fit", single, np.dtype("f4")) is single


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 4), np.uint8), r"verb: x holds integers \(uint8\)"),
        (np.zeros((2, 4, 1), bool), r"x holds integers \(bool\)"),
        (np.zeros((2, 4, 4, 1), int), r"x holds integers \(int64\)"),
        (np.array([["a"]]), "must be an array of floats"),
        (np.zeros(4), r"needs a batch axis, .*got shape \(4,\)"),
        (np.array([[1.0], [2.0], [np.nan]]), "NaN or infinite values, first in sample 2"),
        (np.array([[1.0], [-np.inf], [np.inf]]), "first in sample 1"),
    ],
)
def test_bad_input(x, message):
    with pytest.raises(ValueError, match=message):
        as_floats("verb", x, np.dtype("f4"))


@pytest.mark.parametrize("dtype", [bool, np.int64, np.int8, np.uint16])
def test_tables_may_hold_whole_numbers(dtype):
    table = np.array([[0, 1], [1, 0]], dtype)
    for float_dtype in ("f4", "f8"):
        x = as_floats("fit", table, np.dtype(float_dtype))
        assert x.dtype == float_dtype
        np.testing.assert_array_equal(x, table)


def test_a_sum_that_overflows_is_no_nan():
    x = np.full((2, 2), 1e308)
    np.testing.assert_array_equal(as_floats("fit", x, np.dtype("f8")), x)


@given(st.integers(2, 50), st.floats(0.05, 0.95))
def test_the_last_samples_are_held_out(n, share):
    x = np.arange(n)
    cut = int(n * (1 - share))
    if not 0 < cut < n:
        with pytest.raises(ValueError, match="leaves no samples"):
            split_validation(x, x, None, share)
        return
    train, held_out = split_validation(x, 2 * x, 3 * x, share)
    np.testing.assert_array_equal(train[0], x[:cut])
    np.testing.assert_array_equal(held_out[1], 2 * x[cut:])
    np.testing.assert_array_equal(held_out[2], 3 * x[cut:])


def test_several_inputs_are_cut_alike():
    x = np.arange(10)
    (train, *_), (held_out, *_) = split_validation((x, 2 * x), x, None, 0.3)
    assert [one.tolist() for one in train] == [x[:7].tolist(), (2 * x[:7]).tolist()]
    assert [one.tolist() for one in held_out] == [x[7:].tolist(), (2 * x[7:]).tolist()]


def test_nothing_held_out():
    x = np.arange(3)
    assert split_validation(x, x, None, 0.0) == ((x, x, None), None)


@pytest.mark.parametrize("size", [(8, 8, 1), None])
def test_a_model_that_divides_bytes_takes_them(size):
    first = [] if size is None else [Input(size)]
    x = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 1)).astype(np.uint8)
    scaling = Sequential([*first, GaussianNoise(0.1), Rescaling(1 / 255), Flatten(), Dense(3)])
    np.testing.assert_array_equal(scaling.predict(x), scaling.predict(x.astype("float32")))
    np.testing.assert_array_equal(scaling(x), scaling.predict(x))
    np.testing.assert_array_equal(Rescaling(1 / 255)(x), Rescaling(1 / 255)(x.astype("float32")))
    plain = Sequential([*first, Flatten(), Dense(3)])
    if size:  # what comes after the weights divides no bytes
        plain = Sequential([*first, Flatten(), Dense(3), Rescaling(1 / 255)])
    with pytest.raises(ValueError, match=r"pass x\.astype\('float32'\) / 255\.$"):
        plain.predict(x)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (None, "^fit: x must be an array of floats, got None"),
        ([[1.0, 2.0], [3.0]], "^fit: x: all samples must have the same shape"),
        (np.ma.array(np.ones((3, 2)), mask=[[0, 0], [0, 1], [0, 0]]), "masked values, .*sample 1"),
    ],
)
def test_what_numpy_would_take_or_refuse_in_its_own_words(x, message):
    with pytest.raises(ValueError, match=message):
        as_floats("fit", x, np.dtype("f4"))
    if x is not None:
        with pytest.raises(ValueError, match=message.replace("x", "y")):
            as_numbers("fit: y", x)


def test_arrays_without_masked_values_are_taken():
    x = np.ma.array(np.ones((3, 2)), mask=False)
    np.testing.assert_array_equal(as_floats("fit", x, np.dtype("f4")), np.ones((3, 2)))


def test_a_bad_batch_of_many_is_named():
    x, y = np.ones((4, 2), np.float32), np.ones((4, 1), np.float32)
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    message = r"fit: expected x of shape \(n, 2\), got \(4, 1\), in the batch after 4 samples\.$"
    with pytest.raises(ValueError, match=message):
        model.fit(iter([(x, y), (x[:, :1], y)]), verbose=0)


def test_data_that_holds_no_batches_are_named():
    x, y = np.ones((4, 2), np.float32), np.ones((4, 1), np.float32)
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"^evaluate: x holds no batches"):
        model.evaluate(iter([]), verbose=0)
    with pytest.warns(UserWarning, match="no validation data for epoch 2"):
        history = model.fit(x, y, epochs=2, validation_data=iter([(x, y)]), verbose=0)
    assert [len(values) for values in history.history.values()] == [2, 1]
