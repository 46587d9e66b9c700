"""The losses beside the cross-entropies of classes: against Keras, differences, and extremes."""

import numpy as np
import oracles
import pytest

import minicnn
from minicnn import losses
from minicnn.checking import check_loss_gradient
from minicnn.layers import Activation, Dense, Input

TOLERANCE = {"float32": 2e-6, "float64": 1e-12}

#: (class, arguments, what predictions are)
CASES = [
    ("BinaryCrossentropy", {}, "probabilities"),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, "probabilities"),
    ("BinaryCrossentropy", {"from_logits": True}, "logits"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "logits"),
    ("MeanAbsoluteError", {}, "logits"),
    ("MeanSquaredError", {}, "logits"),
    ("Huber", {}, "logits"),
    ("Huber", {"delta": 0.3}, "logits"),
    ("KLDivergence", {}, "probabilities"),
    ("CategoricalFocalCrossentropy", {}, "probabilities"),
    (
        "CategoricalFocalCrossentropy",
        {"alpha": [0.125, 0.5, 0.75], "gamma": 1.5, "label_smoothing": 0.125},
        "probabilities",
    ),
    ("CategoricalFocalCrossentropy", {"gamma": 0.0}, "probabilities"),
    ("CategoricalFocalCrossentropy", {"from_logits": True}, "logits"),
    ("Hinge", {}, "logits"),
    ("SquaredHinge", {}, "logits"),
    ("CategoricalHinge", {}, "logits"),
    ("LogCosh", {}, "logits"),
    ("Poisson", {}, "probabilities"),
    ("CosineSimilarity", {}, "logits"),
]
EVERY = pytest.mark.parametrize(("name", "arguments", "kind"), CASES)


def draw(kind, shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    y_pred = rng.uniform(0.05, 0.95, shape) if kind == "probabilities" else rng.normal(size=shape)
    labels = rng.integers(0, shape[-1], shape[:-1])
    return np.eye(shape[-1], dtype=dtype)[labels], y_pred.astype(dtype)


@EVERY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(5, 3), (4, 2, 3)])
def test_loss_and_gradient_are_kerass(name, arguments, kind, dtype, weighted, shape):
    tf, keras = oracles.tensorflow(), oracles.keras()
    y_true, y_pred = draw(kind, shape, dtype)
    if kind == "probabilities":
        y_pred[0, ..., 0], y_pred[0, ..., 1] = 0.0, 1.0  # beyond both bounds
    weight = np.random.default_rng(1).random(shape[:-1]) if weighted else None
    ours = getattr(losses, name)(**arguments)
    theirs = getattr(keras.losses, name)(**arguments, dtype=dtype)
    variable = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        expected = theirs(y_true, variable, weight)
    value, cache = ours.forward(y_true, y_pred, weight)
    # Keras rounds the log(2) of LogCosh to float32.
    rtol = 1e-8 if (name, dtype) == ("LogCosh", "float64") else TOLERANCE[dtype]
    np.testing.assert_allclose(value, float(expected), rtol=rtol)
    dy, gradient = ours.backward(cache), tape.gradient(expected, variable).numpy()
    assert dy.dtype == dtype
    atol = TOLERANCE[dtype] * np.abs(gradient).max()
    np.testing.assert_allclose(dy, gradient, rtol=TOLERANCE[dtype], atol=atol)


def test_log_cosh_is_exact_and_does_not_overflow():
    y_pred = np.array([[-2.0, 0.5, 1e-3]])
    value = losses.LogCosh()(np.zeros((1, 3)), y_pred)
    assert value == pytest.approx(np.log(np.cosh(y_pred)).mean(), rel=1e-12)
    assert losses.LogCosh()([[0.0]], np.array([[-1e6]])) == pytest.approx(1e6 - np.log(2))


def test_the_cosine_of_a_row_of_zeros_is_zero_and_its_gradient_finite():
    loss = losses.CosineSimilarity()
    value, cache = loss.forward([[3.0, 4.0]], np.zeros((1, 2), np.float32))
    assert value == 0
    np.testing.assert_allclose(loss.backward(cache), [[-6e6, -8e6]], rtol=1e-6)


@EVERY
def test_gradient_is_the_loss_differences(name, arguments, kind):
    loss = getattr(losses, name)(**arguments)
    for seed in range(3):
        y_true, y_pred = draw(kind, (4, 3), "float64", seed)
        report = check_loss_gradient(loss, y_true, y_pred, sample_weight=[0.5, 1.0, 2.0, 0.3])
        assert report.passed, str(report)


@EVERY
def test_functions_give_kerass_value_of_every_row(name, arguments, kind):
    keras = oracles.keras()
    function = minicnn.registry.snake_case(name)
    y_true, y_pred = draw(kind, (4, 2, 3), "float32")
    got = getattr(losses, function)(y_true, y_pred, **arguments)
    theirs = getattr(keras.losses, function)(y_true, y_pred, **arguments)
    assert got.shape == (4, 2)
    np.testing.assert_allclose(got, theirs.numpy(), rtol=2e-6)


@pytest.mark.parametrize("name", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
@pytest.mark.parametrize("from_logits", [False, True])
def test_functions_of_the_class_losses_are_kerass(name, from_logits):
    keras = oracles.keras()
    y_true, y_pred = draw("probabilities", (5, 3), "float32")
    y_true = y_true.argmax(-1) if "sparse" in name else y_true
    got = getattr(losses, name)(y_true, y_pred, from_logits)
    theirs = getattr(keras.losses, name)(y_true, y_pred, from_logits)
    np.testing.assert_allclose(got, theirs.numpy(), rtol=2e-6)


def test_functions_take_lists_and_refuse_another_axis():
    assert losses.mean_absolute_error([0, 2], [1, 4]) == 1.5
    assert losses.binary_crossentropy([1.0], [0.5]) == pytest.approx(np.log(2))
    with pytest.raises(ValueError, match="axis=0 is not supported; expected -1"):
        losses.categorical_crossentropy([[1.0, 0.0]], [[0.5, 0.5]], axis=0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_crossentropy_of_far_logits_is_exact_and_silent(dtype):
    x = np.array([[-1e4, 1e4, -1e4, 1e4]], dtype)
    loss = losses.BinaryCrossentropy(from_logits=True)
    value, cache = loss.forward([[0.0, 1.0, 1.0, 0.0]], x)
    assert value == 5000.0
    np.testing.assert_array_equal(loss.backward(cache), [[0, 0, -0.25, 0.25]])


@EVERY
def test_nan_is_not_hidden(name, arguments, kind):
    y_true, y_pred = draw(kind, (4, 3), "float32")
    y_pred[1, 2] = np.nan
    loss = getattr(losses, name)(**arguments)
    value, cache = loss.forward(y_true, y_pred)
    assert np.isnan(value)
    assert np.isnan(loss.backward(cache)[1]).any()
    assert np.isfinite(loss.backward(cache)[0]).all()


@pytest.mark.parametrize("ending", ["dense", "activation"])
def test_a_sigmoid_is_trained_by_its_logits_as_in_keras(ending):
    keras = oracles.keras()

    def build(lib):
        tail = [lib.layers.Dense(1, activation="sigmoid")]
        if ending == "activation":
            tail = [lib.layers.Dense(1), lib.layers.Activation("sigmoid")]
        model = lib.Sequential([lib.layers.Input((2,)), *tail])
        model.compile(lib.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
        model.set_weights([np.array([[30.0], [-20.0]]), np.zeros(1)])
        return model

    x = np.array([[1.0, 0.0], [0.0, 1.0], [0.3, 0.1], [0.1, 0.3]], np.float32)
    y = np.array([0, 1, 1, 0], np.float32)
    ours, theirs = build(minicnn), build(keras)
    # 30 and 20, not the 16.1 of clipped probabilities.
    assert ours.evaluate(x, y, verbose=0)[0] > 12
    assert ours.predict(x).max() <= 1
    history = ours.fit(x, y, epochs=2, shuffle=False, verbose=0).history
    expected = theirs.fit(x, y, epochs=2, shuffle=False, verbose=0).history
    assert history.keys() == expected.keys()
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_a_softmax_is_not_taken_for_a_sigmoid():
    model = minicnn.Sequential([Input((3,)), Activation("softmax")])
    model.compile("sgd", "binary_crossentropy")
    x, y = np.array([[1.0, 2.0, 3.0]], np.float32), np.eye(3)[[2]]
    p = model.predict(x)
    expected = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-6)


def test_a_loss_made_of_binary_crossentropy_is_called_behind_a_sigmoid_too():
    class Doubled(losses.BinaryCrossentropy):
        def rows(self, y_true, y_pred):
            values, cache = super().rows(y_true, y_pred)
            return 2 * values, cache

    assert Doubled().on_logits() is None
    model = minicnn.Sequential([Input((2,)), Dense(1, activation="sigmoid")])
    values = []
    for loss in (losses.BinaryCrossentropy(), Doubled()):
        model.compile("sgd", loss)
        values.append(model.evaluate(np.ones((3, 2), np.float32), np.ones(3), verbose=0))
    assert values[1] == pytest.approx(2 * values[0], rel=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.Huber(0), r"Huber: delta must be a number in \(0, inf\), got 0"),
        (lambda: losses.BinaryCrossentropy(label_smoothing=2), "label_smoothing must be a number"),
        (lambda: losses.CategoricalFocalCrossentropy(gamma=-1), "gamma must be a number in"),
        (
            lambda: losses.CategoricalFocalCrossentropy([0.5, 0.5])(np.eye(3), np.ones((3, 3))),
            "alpha has 2 weights, y_pred has 3 classes",
        ),
        (
            lambda: losses.CategoricalFocalCrossentropy()([0, 1, 2], np.ones((3, 3))),
            "CategoricalFocalCrossentropy: y_true of shape .* to_categorical",
        ),
        (
            lambda: losses.BinaryCrossentropy()([0, 1], np.ones((3, 1))),
            r"BinaryCrossentropy: y_true has shape \(2,\), y_pred \(3, 1\)",
        ),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
