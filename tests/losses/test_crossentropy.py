"""Both cross-entropies: against Keras, against differences, and their bad input."""

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minicnn
from minicnn import losses
from minicnn.labels import to_categorical
from minicnn.losses import CategoricalCrossentropy, SparseCategoricalCrossentropy

DTYPES = [np.float32, np.float64]
TOLERANCE = {np.float32: 2e-6, np.float64: 1e-13}


def probabilities(shape, dtype, seed):
    """Rows that sum to one, some of them hard: exact zeros and ones, and unnormalised ones."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(shape[-1], 0.3), size=shape[:-1])
    rows = p.reshape(-1, shape[-1])
    rows[0] = np.eye(shape[-1])[1]
    rows[1:3] *= 3.0
    rows[3] = 1e-9
    rows[3, 0] = 1.0
    return p.astype(dtype)


def logits(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    x = 4 * rng.normal(size=shape)
    rows = x.reshape(-1, shape[-1])
    rows[0], rows[1] = 1000.0, -1000.0
    rows[2, 0], rows[2, 1] = 1000.0, -1000.0
    return x.astype(dtype)


def keras_loss_and_gradient(loss, y_true, y_pred, sample_weight):
    tf = oracles.tensorflow()
    y = tf.Variable(y_pred)
    with tf.GradientTape() as tape:
        value = loss(y_true, y, sample_weight)
    return float(value), tape.gradient(value, y).numpy()


def agree(ours, oracle, y_true, y_pred, sample_weight, dtype):
    expected, gradient = keras_loss_and_gradient(oracle, y_true, y_pred, sample_weight)
    before = y_pred.copy()
    value, cache = ours.forward(y_true, y_pred, sample_weight)
    assert isinstance(value, float)
    np.testing.assert_allclose(value, expected, rtol=TOLERANCE[dtype])
    dy = ours.backward(cache)
    assert dy.dtype == dtype
    scale = np.abs(gradient).max(axis=-1, keepdims=True)
    assert (np.abs(dy - gradient) <= TOLERANCE[dtype] * scale + 1e-30).all()
    np.testing.assert_array_equal(ours.backward(cache), dy)
    assert ours(y_true, y_pred, sample_weight) == value
    np.testing.assert_array_equal(y_pred, before)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("shape", [(6, 7), (4, 3, 5)])
@pytest.mark.parametrize("smoothing", [None, 0.0, 0.1])
def test_loss_and_gradient_are_kerass(dtype, weighted, from_logits, shape, smoothing):
    """`smoothing` None stands for the sparse loss."""
    keras = oracles.keras()
    y_pred = (logits if from_logits else probabilities)(shape, dtype, sum(shape))
    rng = np.random.default_rng(1)
    labels = rng.integers(0, shape[-1], shape[:-1])
    weight = rng.random(shape[:-1]) * 2 if weighted else None
    common = {"from_logits": from_logits}
    name = np.dtype(dtype).name
    if smoothing is None:
        ours = SparseCategoricalCrossentropy(**common)
        oracle = keras.losses.SparseCategoricalCrossentropy(**common, dtype=name)
        agree(ours, oracle, labels, y_pred, weight, dtype)
        agree(ours, oracle, labels[..., None], y_pred, weight, dtype)
    else:
        common["label_smoothing"] = smoothing
        ours = CategoricalCrossentropy(**common)
        oracle = keras.losses.CategoricalCrossentropy(**common, dtype=name)
        agree(ours, oracle, to_categorical(labels, shape[-1]), y_pred, weight, dtype)


def test_a_certain_mistake_costs_100_from_logits_and_16_from_probabilities():
    y = np.array([[0.0, 1.0]], np.float32)
    assert CategoricalCrossentropy(from_logits=True)(y, np.array([[100.0, 0.0]])) == 100.0
    loss = CategoricalCrossentropy()
    value, cache = loss.forward(y, np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(value, -np.log(1e-7))
    np.testing.assert_array_equal(loss.backward(cache), np.zeros((1, 2)))  # outside of the clip


def test_weights_do_not_enter_the_divisor():
    y, p = np.eye(2, dtype=np.float32), np.full((2, 2), 0.5, np.float32)
    loss = CategoricalCrossentropy()
    np.testing.assert_allclose(loss(y, p, np.array([3.0, 0.0])), 1.5 * np.log(2), rtol=1e-6)
    assert loss(y, p, np.array([[3.0], [0.0]])) == loss(y, p, np.array([3.0, 0.0]))


@given(
    st.integers(1, 4),
    st.integers(2, 6),
    st.sampled_from(["categorical", "sparse"]),
    st.booleans(),
    st.sampled_from([0.0, 0.2]),
)
def test_gradient_is_the_loss_differences(n, c, kind, from_logits, smoothing):
    rng = np.random.default_rng(100 * n + c)
    x = rng.normal(size=(n, c)) if from_logits else rng.uniform(0.2, 3.0, size=(n, c))
    if not from_logits and kind == "sparse":
        x /= 4.0  # below the upper clip
    weight = rng.random(n)
    if kind == "sparse":
        loss, y = SparseCategoricalCrossentropy(from_logits), rng.integers(0, c, n)
    else:
        loss, y = CategoricalCrossentropy(from_logits, smoothing), rng.random((n, c))
    _, cache = loss.forward(y, x, weight)
    dx = loss.backward(cache)
    h = 1e-5
    numeric = np.empty_like(x)
    for place in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[place] = h
        numeric[place] = (loss(y, x + step, weight) - loss(y, x - step, weight)) / (2 * h)
    assert np.abs(dx - numeric).max() <= 1e-7 * max(np.abs(numeric).max(), np.abs(dx).max())


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("name", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_nan_is_not_hidden(name, from_logits):
    loss = losses.get({"class_name": name, "config": {"from_logits": from_logits}})
    y = np.array([1, 0])
    p = np.array([[0.5, np.nan], [0.5, 0.5]], np.float32)
    value, cache = loss.forward(y if "sparse" in name else to_categorical(y), p)
    assert np.isnan(value)
    dy = loss.backward(cache)
    assert np.isnan(dy[0]).any()
    assert np.isfinite(dy[1]).all()


def test_a_row_of_zero_probabilities_is_nan_without_a_warning():
    loss = CategoricalCrossentropy()
    value, cache = loss.forward(np.array([[0.0, 1.0]]), np.zeros((1, 2)))
    assert np.isnan(value)
    assert np.isnan(loss.backward(cache)).all()


@pytest.mark.parametrize("cls", [CategoricalCrossentropy, SparseCategoricalCrossentropy])
def test_on_logits_is_the_same_loss_on_logits(cls):
    loss = cls(name="mine")
    other = loss.on_logits()
    assert other.get_config() == loss.get_config() | {"from_logits": True}
    assert not loss.from_logits


@pytest.mark.parametrize("cls", [CategoricalCrossentropy, SparseCategoricalCrossentropy])
def test_a_loss_made_of_one_of_these_is_called_behind_a_softmax_too(cls):
    class Doubled(cls):
        def forward(self, y_true, y_pred, sample_weight=None):
            value, cache = super().forward(y_true, y_pred, sample_weight)
            return 2 * value, cache

        def backward(self, cache):
            return 2 * super().backward(cache)

    assert Doubled().on_logits() is None
    values = []
    for loss in (cls(), Doubled()):
        model = minicnn.Sequential([minicnn.layers.Input((3,)), minicnn.layers.Softmax()])
        model.compile("sgd", loss)
        y = np.eye(3) if cls is CategoricalCrossentropy else np.arange(3)
        values.append(model.evaluate(np.ones((3, 3), np.float32), y, verbose=0))
    assert values[1] == pytest.approx(2 * values[0])


ONE_HOT = np.eye(3, dtype=np.float32)
HALF = np.full((3, 3), 1 / 3, np.float32)


@pytest.mark.parametrize(
    ("loss", "arguments", "message"),
    [
        ("categorical_crossentropy", (ONE_HOT[:2], HALF), r"shape \(2, 3\), y_pred \(3, 3\)"),
        ("categorical_crossentropy", (ONE_HOT[:, :2], HALF), "has 2 classes .* y_pred has 3"),
        ("categorical_crossentropy", ([0, 1, 2], HALF), "to_categorical"),
        ("categorical_crossentropy", ([[0], [1], [2]], HALF), "SparseCategoricalCrossentropy"),
        (
            "categorical_crossentropy",
            (ONE_HOT, HALF.astype(complex)),
            "must hold numbers, got complex",
        ),
        ("categorical_crossentropy", (ONE_HOT[:0], HALF[:0]), "at least one row"),
        ("categorical_crossentropy", (ONE_HOT, HALF, [1.0]), None),
        ("categorical_crossentropy", (ONE_HOT, HALF, [1.0, 2.0]), r"sample_weight .* \(3,\), got"),
        ("categorical_crossentropy", (ONE_HOT, HALF, HALF), "sample_weight must have one weight"),
        ("sparse_categorical_crossentropy", ([0, 1, 3], HALF), "0 to 2, got 3 at index 2"),
        ("sparse_categorical_crossentropy", ([0, -1, 0], HALF), "0 to 2, got -1 at index 1"),
        ("sparse_categorical_crossentropy", ([0, 0.5, 0], HALF), "0 to 2, got 0.5 at index 1"),
        ("sparse_categorical_crossentropy", (["a", "b", "c"], HALF), "must be integers"),
        ("sparse_categorical_crossentropy", (ONE_HOT, HALF), r"one label per row, shape \(3,\)"),
        ("sparse_categorical_crossentropy", ([0, 1], HALF), r"shape \(3,\), got \(2,\)"),
    ],
)
def test_bad_input_is_named(loss, arguments, message):
    loss = losses.get(loss)
    if message is None:
        loss(*arguments)
        return
    with pytest.raises(ValueError, match=message):
        loss(*arguments)
    with pytest.raises(ValueError, match=message):
        loss.forward(*arguments)


def test_label_smoothing_lies_between_0_and_1():
    with pytest.raises(ValueError, match=r"label_smoothing must be a number in \[0, 1\], got 2"):
        CategoricalCrossentropy(label_smoothing=2)
