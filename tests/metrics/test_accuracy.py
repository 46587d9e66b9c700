import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn import metrics
from minicnn.labels import to_categorical
from minicnn.metrics import (
    CategoricalAccuracy,
    InferredAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)

CLASSES = [
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    TopKCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
]


def draw(shape, seed, dtype=np.float32):
    """Predictions from few values, so that many tie."""
    rng = np.random.default_rng(seed)
    y_pred = rng.integers(0, 4, shape).astype(dtype) / 4
    return rng.integers(0, shape[-1], shape[:-1]), y_pred


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(50, 7), (10, 3, 5)])
@pytest.mark.parametrize("k", [None, 1, 2, 9])
@pytest.mark.parametrize("sparse", [False, True])
def test_results_over_batches_are_kerass(dtype, weighted, shape, k, sparse):
    keras = oracles.keras()
    name = ("Sparse" if sparse else "") + ("TopK" if k else "") + "CategoricalAccuracy"
    options = {"k": k} if k else {}
    ours, theirs = (getattr(library, name)(**options) for library in (metrics, keras.metrics))
    for seed in range(3):
        labels, y_pred = draw(shape, seed, dtype)
        weight = np.random.default_rng(seed).random(shape[0]) if weighted else None
        y_true = labels if sparse else to_categorical(labels, shape[-1])
        ours.update_state(y_true, y_pred, weight)
        # TensorFlow's in_top_k takes no float64; quarters lose nothing in float32.
        theirs.update_state(y_true, y_pred.astype(np.float32), weight)
        assert isinstance(ours.result(), float)
        np.testing.assert_allclose(ours.result(), float(theirs.result()), rtol=1e-5)
    ours.reset_state()
    assert ours.result() == 0.0
    assert ours.name == theirs.name


@given(st.integers(1, 30), st.integers(2, 9), st.integers(1, 10))
def test_top_k_counts_the_classes_above(n, c, k):
    labels, y_pred = draw((n, c), 100 * n + c)
    got = metrics.sparse_top_k_categorical_accuracy(labels, y_pred, k)
    expected = [
        sum(p > row[label] for p in row) < k for label, row in zip(labels, y_pred, strict=True)
    ]
    np.testing.assert_array_equal(got, expected)
    one_hot = to_categorical(labels, c)
    np.testing.assert_array_equal(metrics.top_k_categorical_accuracy(one_hot, y_pred, k), expected)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_top_k_of_rows_that_are_not_finite_is_tensorflows(value):
    tf = oracles.tensorflow()
    y_pred = np.array([[0.1, value, 0.3], [0.1, 0.2, 0.3]], np.float32)
    for label in range(3):
        labels = np.full(2, label)
        np.testing.assert_array_equal(
            metrics.sparse_top_k_categorical_accuracy(labels, y_pred, 2),
            tf.math.in_top_k(labels, y_pred, 2).numpy(),
        )


@pytest.mark.parametrize("name", ["accuracy", "acc"])
def test_accuracy_takes_its_meaning_from_the_targets(name):
    labels, y_pred = draw((40, 6), 1)
    expected = np.mean(np.argmax(y_pred, 1) == labels)
    for y_true in (labels, labels[:, None], to_categorical(labels, 6)):
        metric = metrics.get(name)
        assert metric.name == name
        metric.update_state(y_true, y_pred)
        np.testing.assert_allclose(metric.result(), expected)
    binary = metrics.get(name)
    binary.update_state(labels > 2, y_pred[:, :1])
    np.testing.assert_allclose(binary.result(), np.mean((labels > 2) == (y_pred[:, 0] > 0.5)))


@pytest.mark.parametrize(
    ("identifier", "cls"),
    [
        ("accuracy", InferredAccuracy),
        ("categorical_accuracy", CategoricalAccuracy),
        ("sparse_categorical_accuracy", SparseCategoricalAccuracy),
        ("top_k_categorical_accuracy", TopKCategoricalAccuracy),
        ("sparse_top_k_categorical_accuracy", SparseTopKCategoricalAccuracy),
        ("TopKCategoricalAccuracy", TopKCategoricalAccuracy),
        (CategoricalAccuracy, CategoricalAccuracy),
    ],
)
def test_get_knows_kerass_names(identifier, cls):
    assert type(metrics.get(identifier)) is cls


def test_get_lists_what_it_knows_and_returns_instances():
    metric = TopKCategoricalAccuracy(3)
    assert metrics.get(metric) is metric
    with pytest.raises(ValueError, match=r"metric: 'f1' is unknown; .* CategoricalAccuracy, Cat"):
        metrics.get("f1")


@pytest.mark.parametrize("cls", CLASSES)
def test_config_goes_to_keras_and_back(cls):
    keras = oracles.keras()
    ours = cls(name="mine")
    oracle = getattr(keras.metrics, cls.__name__).from_config(ours.get_config())
    back = metrics.get(keras.saving.serialize_keras_object(oracle))
    assert type(back) is cls
    assert back.get_config() == ours.get_config()


def test_inferred_accuracy_is_made_again_from_its_config():
    metric = InferredAccuracy.from_config(metrics.get("acc").get_config())
    assert metric.name == "acc"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("categorical_accuracy", ([[1, 0]], [[0.1, 0.2, 0.7]]), r"y_pred's shape \(1, 3\)"),
        ("sparse_categorical_accuracy", ([3], [[0.1, 0.2, 0.7]]), "0 to 2, got 3 at index 0"),
        ("sparse_categorical_accuracy", ([0, 1], [[0.1, 0.2]]), r"shape \(1,\), got \(2,\)"),
        ("accuracy", (1, 0.5), r"accuracy: y_pred must have an axis of classes, got shape \(\)"),
        ("accuracy", ([0], [[0.1, 0.2]], [1.0, 2.0]), r"sample_weight must have shape \(1,\)"),
    ],
)
def test_bad_input_is_named(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.get(name).update_state(*arguments)


def test_k_is_a_whole_number_from_1_on():
    with pytest.raises(ValueError, match="TopKCategoricalAccuracy: k must be a whole number in"):
        TopKCategoricalAccuracy(0)
