"""What all losses share: names, configs, caches handed on; and the squared error."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minicnn
from minicnn import losses
from minicnn.losses import (
    CategoricalCrossentropy,
    Loss,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from minicnn.losses.base import row_scale, weighted_sum

CLASSES = [CategoricalCrossentropy, SparseCategoricalCrossentropy, MeanSquaredError]


def test_integers_and_a_single_weight_for_all():
    assert MeanSquaredError()([[1], [2]], np.array([[1], [4]])) == 2
    assert MeanSquaredError()([[1.0], [2.0]], [[1.0], [4.0]], sample_weight=0.5) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(5, 3), (5, 1), (4, 3, 2)])
def test_squared_error_and_gradient_are_kerass(dtype, weighted, shape):
    tf, keras = oracles.tensorflow(), oracles.keras()
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.normal(size=(2, *shape)).astype(dtype)
    weight = rng.random(shape[:-1]) if weighted else None
    oracle = keras.losses.MeanSquaredError(dtype=np.dtype(dtype).name)
    y = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        expected = oracle(y_true, y, weight)
    loss = MeanSquaredError()
    rtol = {np.float32: 1e-6, np.float64: 1e-14}[dtype]
    value, cache = loss.forward(y_true, y_pred, weight)
    np.testing.assert_allclose(value, float(expected), rtol=rtol)
    dy = loss.backward(cache)
    assert dy.dtype == dtype
    np.testing.assert_allclose(dy, tape.gradient(expected, y).numpy(), rtol=rtol)


@given(st.integers(1, 4), st.integers(1, 5))
def test_squared_error_gradient_is_the_loss_differences(n, c):
    rng = np.random.default_rng(10 * n + c)
    y, x, weight = rng.normal(size=(n, c)), rng.normal(size=(n, c)), rng.random(n)
    loss, h = MeanSquaredError(), 1e-5
    _, cache = loss.forward(y, x, weight)
    dx = loss.backward(cache)
    numeric = np.empty_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[place] = h
        numeric[place] = (loss(y, x + step, weight) - loss(y, x - step, weight)) / (2 * h)
    assert np.abs(dx - numeric).max() <= 1e-7 * max(np.abs(numeric).max(), np.abs(dx).max())


def test_squared_error_takes_plain_numbers_for_one_output():
    column = np.array([[1.0], [3.0]])
    assert MeanSquaredError()([0.0, 0.0], column) == 5.0
    with pytest.raises(ValueError, match=r"y_true has shape \(2,\), y_pred \(2, 2\)"):
        MeanSquaredError()([0.0, 0.0], np.zeros((2, 2)))


@pytest.mark.parametrize("cls", CLASSES)
def test_a_loss_keeps_nothing_between_calls(cls):
    loss, y = cls(), [0, 1] if cls is SparseCategoricalCrossentropy else np.eye(2)
    before = dict(vars(loss))
    value, cache = loss.forward(y, np.array([[0.75, 0.25], [0.5, 0.5]]))
    dy = loss.backward(cache)
    assert vars(loss) == before
    # Also after another forward: all that backward needs is in the cache.
    assert loss(y, np.full((2, 2), 0.5)) != value
    np.testing.assert_array_equal(loss.backward(cache), dy)
    assert loss(y, np.array([[0.75, 0.25], [0.5, 0.5]])) == value


class Huber(Loss):
    """A loss of a user's own, the one that the docstring of Loss begins."""

    def forward(self, y_true, y_pred, sample_weight=None):
        error = y_pred - y_true
        small = np.abs(error) <= 1
        rows = np.where(small, error**2 / 2, np.abs(error) - 0.5).sum(axis=-1)
        scale = row_scale("Huber", error.shape[:-1], sample_weight)
        return weighted_sum(rows, scale), (np.clip(error, -1, 1), scale)

    def backward(self, cache):
        slope, scale = cache
        return (slope * scale[..., None]).astype(slope.dtype)


def test_a_loss_of_ones_own_trains_and_is_checked():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 8, 3)).astype("f4")
    weight = rng.random(8)
    report = minicnn.checking.check_loss_gradient(Huber(), y, 2 * x, sample_weight=weight)
    assert report.passed, str(report)
    model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Dense(3)])
    model.compile("adam", Huber())
    first = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=20, verbose=0)
    assert model.evaluate(x, y, verbose=0) < first
    assert model.loss.name == "huber"


def test_methods_that_are_missing_are_named():
    loss = Loss()
    with pytest.raises(NotImplementedError, match="Loss does not define forward"):
        loss([[0.0]], np.ones((1, 1)))
    with pytest.raises(NotImplementedError, match="Loss does not define backward"):
        loss.backward(None)
    assert loss.on_logits() is None


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("categorical_crossentropy", CategoricalCrossentropy),
        ("sparse_categorical_crossentropy", SparseCategoricalCrossentropy),
        ("mse", MeanSquaredError),
        ("MSE", MeanSquaredError),
        ("mean_squared_error", MeanSquaredError),
        ("MeanSquaredError", MeanSquaredError),
        (CategoricalCrossentropy, CategoricalCrossentropy),
        (losses.categorical_crossentropy, CategoricalCrossentropy),
        (losses.mean_squared_error, MeanSquaredError),
        ("bce", losses.BinaryCrossentropy),
        ("binary_crossentropy", losses.BinaryCrossentropy),
        ("mae", losses.MeanAbsoluteError),
        ("MAE", losses.MeanAbsoluteError),
        ("mean_absolute_error", losses.MeanAbsoluteError),
        ("kld", losses.KLDivergence),
        ("kl_divergence", losses.KLDivergence),
        ("huber", losses.Huber),
        ("log_cosh", losses.LogCosh),
        ("squared_hinge", losses.SquaredHinge),
        ("categorical_focal_crossentropy", losses.CategoricalFocalCrossentropy),
    ],
)
def test_get_knows_kerass_names(identifier, cls):
    assert type(losses.get(identifier)) is cls


def test_get_returns_an_instance_as_it_is():
    loss = MeanSquaredError()
    assert losses.get(loss) is loss


@pytest.mark.parametrize("identifier", ["focal", None, 3])
def test_get_lists_what_it_knows(identifier):
    shown = repr(identifier) if isinstance(identifier, str) else type(identifier).__name__
    known = "BinaryCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy, Categ"
    with pytest.raises(ValueError, match=f"loss: {shown} is unknown; .* {known}"):
        losses.get(identifier)


def my_loss(y_true, y_pred):
    return (y_true - y_pred) ** 2


@pytest.mark.parametrize("function", [my_loss, np.hypot])
def test_a_function_without_a_derivative_is_refused_in_a_sentence(function):
    message = f"loss: the function '{function.__name__}' has no derivative .* a Loss with forward"
    with pytest.raises(ValueError, match=message):
        losses.get(function)
    model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Dense(3)])
    with pytest.raises(ValueError, match=message):
        model.compile("adam", function)


ALL = [
    *CLASSES,
    losses.BinaryCrossentropy,
    losses.CategoricalHinge,
    losses.CosineSimilarity,
    losses.CategoricalFocalCrossentropy,
    losses.Hinge,
    losses.Huber,
    losses.KLDivergence,
    losses.LogCosh,
    losses.MeanAbsoluteError,
    losses.Poisson,
    losses.SquaredHinge,
]


@pytest.mark.parametrize("cls", ALL)
def test_config_goes_to_keras_and_back(cls):
    keras = oracles.keras()
    ours = cls(name="mine")
    oracle = getattr(keras.losses, cls.__name__).from_config(ours.get_config())
    config = oracle.get_config()
    if cls is losses.Huber:
        config["delta"] = 1.0  # Keras forgets it
    assert ours.get_config().items() <= config.items()
    back = losses.get(keras.saving.serialize_keras_object(oracle))
    assert type(back) is cls
    assert back.get_config() == ours.get_config()


def test_what_only_keras_does_is_refused():
    with pytest.raises(ValueError, match="axis=1 is not supported; expected -1"):
        CategoricalCrossentropy.from_config({"axis": 1})
    with pytest.raises(
        ValueError, match=r"reduction must be one of 'sum_over_.*, None, got 'auto'"
    ):
        MeanSquaredError(reduction="auto")
    with pytest.raises(ValueError, match="unexpected keyword argument 'gamma'"):
        MeanSquaredError.from_config({"gamma": 1})


def test_default_names_are_kerass():
    assert [cls().name for cls in CLASSES] == [
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "mean_squared_error",
    ]
    keras = oracles.keras()
    assert [cls().name for cls in ALL] == [getattr(keras.losses, c.__name__)().name for c in ALL]
    assert issubclass(MeanSquaredError, Loss)


REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none", None)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("cls", [MeanSquaredError, losses.Huber, CategoricalCrossentropy])
def test_reductions_are_kerass(cls, reduction, weighted):
    keras, rng = oracles.keras(), np.random.default_rng(3)
    p = rng.dirichlet(np.ones(4), size=5).astype(np.float32)
    y = np.eye(4, dtype=np.float32)[rng.integers(4, size=5)]
    weight = rng.random(5).astype(np.float32) if weighted else None
    theirs = getattr(keras.losses, cls.__name__)(reduction=reduction)
    expected = np.asarray(theirs(y, p, sample_weight=weight))
    found = cls(reduction=reduction)(y, p, weight)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert np.shape(found) == expected.shape
    again = losses.get(cls(reduction=reduction).serialize())
    assert again.reduction == reduction


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_of_reductions(reduction):
    rng = np.random.default_rng(4)
    y, p, weight = rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), rng.random(3)
    loss = MeanSquaredError(reduction=reduction)

    def value(p):
        return np.sum(loss(y, p, weight))

    dy = loss.backward(loss.forward(y, p, weight)[1])
    for i in np.ndindex(p.shape):
        step = np.zeros_like(p)
        step[i] = 1e-6
        slope = (value(p + step) - value(p - step)) / 2e-6
        assert dy[i] == pytest.approx(slope, abs=1e-8)


def test_weights_of_zero_alone_give_a_mean_of_zero():
    loss = MeanSquaredError(reduction="mean_with_sample_weight")
    assert loss(np.ones((2, 3)), np.zeros((2, 3)), np.zeros(2)) == 0


def test_a_model_learns_from_a_sum():
    keras, rng = oracles.keras(), np.random.default_rng(5)
    x, y = rng.random((6, 4), np.float32), rng.random((6, 2), np.float32)
    found = []
    for library in (minicnn, keras):
        model = library.Sequential([library.layers.Input((4,)), library.layers.Dense(2)])
        model.set_weights([np.ones((4, 2)) / 4, np.zeros(2)])
        loss = library.losses.MeanSquaredError(reduction="sum")
        model.compile(library.optimizers.SGD(0.01), loss)
        model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0)
        found.append([model.predict(x, verbose=0), model.evaluate(x, y, batch_size=4, verbose=0)])
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-5)


def test_a_training_takes_one_number():
    model = minicnn.Sequential([minicnn.layers.Input((4,)), minicnn.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"^compile: MeanSquaredError has reduction=None, which g"):
        model.compile("sgd", MeanSquaredError(reduction=None))


def test_a_loss_of_ones_own_reduces_by_itself():
    class Mine(Loss):
        pass

    with pytest.raises(
        ValueError, match=r"Mine: reduction must be 'sum_over_batch_size', got 'sum'"
    ):
        Mine(reduction="sum")
