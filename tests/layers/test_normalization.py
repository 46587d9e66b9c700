import numpy as np
import pytest
from keras_twin import DTYPES, compare
from oracles import keras

from minicnn import Sequential
from minicnn.layers import Dense, Normalization

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [-1, 1, (1, 3), [-1, -2], None], ids=str)
@pytest.mark.parametrize("invert", [False, True])
def test_like_keras(axis, invert, dtype):
    compare("Normalization", (5, 4, 3), dtype, axis=axis, invert=invert)


@pytest.mark.parametrize(
    ("axis", "mean", "variance"),
    [
        (-1, 0.5, 2.0),
        (-1, [1.0, 2.0, 3.0], [0.0, 0.5, 4.0]),
        (None, 3.0, 0.0),
        ((1, 3), [1.0, 2.0, 3.0], [0.125, 0.5, 4.0]),
        ((3, 1), np.ones((5, 3)), np.full((5, 3), 2.0)),
        (1, [0.5], [0.25]),
    ],
    ids=str,
)
def test_given_statistics_like_keras(axis, mean, variance):
    layer, _ = compare(
        "Normalization", (5, 4, 3), "float64", axis=axis, mean=mean, variance=variance
    )
    theirs = keras().layers.Normalization(axis, mean, variance)
    theirs.build((None, 5, 4, 3))
    np.testing.assert_allclose(layer.mean, theirs.mean, rtol=1e-7)
    np.testing.assert_allclose(layer.variance.numpy(), theirs.variance.numpy(), rtol=1e-7)
    assert layer.weights == []


@pytest.mark.parametrize("axis", [-1, 1, (1, 2), None], ids=str)
def test_adapted_like_keras(axis):
    data = RNG.normal(3, 5, (32, 4, 3, 2)).astype(np.float32)
    ours, theirs = Normalization(axis), keras().layers.Normalization(axis)
    for batches in (data, [data[:20], data[20:]], iter([(data[:5], 0), (data[5:], 1, 2)])):
        ours.adapt(batches)
        theirs.adapt(data)
        for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-6, atol=1e-6)
        assert [array.dtype for array in ours.get_weights()] == ["float32", "float32", "int64"]
    np.testing.assert_allclose(ours(data), theirs(data), atol=1e-6)


def test_large_data_keep_their_digits():
    # Summed in float32, neither the mean nor the variance would have two correct digits.
    data = (10_000 + RNG.normal(size=(400_000, 3))).astype(np.float32)
    layer = Normalization()
    layer.adapt(data)
    exact = data.astype(np.float64)
    np.testing.assert_array_equal(layer.state["mean"], exact.mean(axis=0).astype(np.float32))
    np.testing.assert_allclose(layer.state["variance"], exact.var(axis=0), rtol=1e-7)
    again = Normalization()
    again.adapt(data[i : i + 1000] for i in range(0, len(data), 1000))
    np.testing.assert_allclose(again.state["variance"], exact.var(axis=0), rtol=1e-7)


def test_a_constant_feature_becomes_zero():
    layer = Normalization()
    layer.adapt(np.array([[7, 1], [7, 2]], np.uint8))
    np.testing.assert_array_equal(layer(np.array([[7.0, 1.5]], np.float32)), [[0, 0]])
    assert layer(np.array([[8.0, 1.5]]))[0, 0] == pytest.approx(1e7)


def test_what_data_may_be():
    class Sequence:
        """As Keras's PyDataset: its items never end by themselves."""

        def __len__(self):
            return 2

        def __getitem__(self, i):
            return np.full((2, 3), i), np.zeros(2)

    layer = Normalization()
    layer.adapt(Sequence())
    np.testing.assert_array_equal(layer.mean, [[0.5] * 3])
    layer.adapt(np.full((2, 3), 4, np.int16))  # starts anew
    np.testing.assert_array_equal(layer.mean.numpy(), [[4] * 3])
    row = Normalization(axis=None)
    row.adapt(np.arange(5))
    assert (row.input_shape, row.mean.tolist(), row.variance.tolist()) == ((1,), [[2]], [[2]])
    np.testing.assert_allclose(row(np.array([[4.0]])), [[np.sqrt(2)]], rtol=1e-6)


def test_batches_may_differ_along_the_axes_that_share_statistics():
    layer = Normalization()
    layer.adapt([np.zeros((2, 4, 4, 1)), np.ones((1, 8, 4, 1))])
    np.testing.assert_array_equal(layer.state["mean"], [0.5])


def test_a_layer_in_a_model_is_adapted_there():
    layer = Normalization(axis=(1, 2))
    model = Sequential([layer, Dense(2)])
    model.build((None, 4, 3))
    model.compile("sgd", "mse")
    x = RNG.normal(3, 5, (16, 4, 3))
    before = model.predict(x, verbose=0)
    layer.adapt(x)
    after = model.predict(x, verbose=0)
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, model.layers[1](layer(x.astype(np.float32))), rtol=1e-5)
    statistics = layer.get_weights()
    model.fit(x, np.zeros((16, 4, 2)), verbose=0)
    for one, other in zip(layer.get_weights(), statistics, strict=True):
        np.testing.assert_array_equal(one, other)
    assert [weight.name for weight in layer.non_trainable_weights] == ["mean", "variance", "count"]


def test_set_weights_keeps_the_count_an_integer():
    layer = Normalization()
    layer.build((3,))
    layer.set_weights([np.ones(3), np.ones(3), 0])
    assert layer.state["count"].dtype == np.int64


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mean": 1.0}, "mean and variance must be given together, got mean=1.0 and variance=None"),
        ({"variance": [1.0]}, "mean and variance must be given together"),
        ({"mean": [1.0], "variance": 1.0}, r"must have the same shape, .* got \(1,\) and \(\)"),
        ({"axis": None, "mean": [1], "variance": [1]}, "with at most 0 axes for axis=()"),
        ({"mean": "1", "variance": "2"}, "must be numbers or arrays of them"),
        ({"mean": [[1], [2, 3]], "variance": [[1], [2, 3]]}, "must be numbers or arrays"),
        ({"mean": 0, "variance": -1}, "must be finite, and no variance below 0"),
        ({"mean": np.nan, "variance": 1}, "must be finite"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Normalization(**arguments)


@pytest.mark.parametrize("axis", [0, 3, -3, [1, 1]])
def test_axes_that_a_sample_does_not_have(axis):
    with pytest.raises(ValueError, match="axis must hold different axes of a sample, from 1 to 2"):
        Normalization(axis=axis).build((5, 3))


def test_statistics_that_do_not_fit():
    with pytest.raises(ValueError, match=r"build: mean and variance of shape \(2,\) do not fit"):
        Normalization(mean=[1, 2], variance=[1, 2]).build((5, 3))


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ([], ValueError, "adapt: the data hold no numbers"),
        (np.zeros((0, 3)), ValueError, "adapt: the data hold no numbers"),
        (np.zeros((4, 2)), ValueError, r"data of shape \(4, 2\) do not fit the layer"),
        (np.zeros((4, 3, 3)), ValueError, r"data of shape \(4, 3, 3\) do not fit the layer"),
        ([np.zeros((4, 3)), np.zeros((4, 2))], ValueError, r"\(4, 2\) do not fit the layer"),
        (np.array([[1, np.nan, 2]]), ValueError, "hold NaN, infinite numbers, or some too large"),
        (np.full((2, 3), 1e300), ValueError, "hold NaN, infinite numbers, or some too large"),
        ("abc", TypeError, "expected an array of numbers, or an iterable of such batches, got str"),
        ({"a": 1}, TypeError, "got dict"),
        (5, TypeError, "got int"),
        ([["a"]], TypeError, "got list"),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], TypeError, "got list"),  # samples, or batches?
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_that_do_not_fit_change_nothing(data, error, message):
    layer = Normalization()
    layer.build((3,))
    with pytest.raises(error, match=message):
        layer.adapt(data)
    np.testing.assert_array_equal(layer.state["mean"], np.zeros(3))


def test_given_statistics_are_not_adapted():
    with pytest.raises(ValueError, match="adapt: mean and variance were given to the layer"):
        Normalization(mean=1, variance=2).adapt(np.zeros((4, 3)))
    assert Normalization().mean is None
