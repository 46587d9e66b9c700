"""Every metric over batches, with and without sample weights, beside Keras's."""

import re

import numpy as np
import oracles
import pytest

from minicnn import metrics

#: (class, arguments, kind of targets, kind of predictions)
CASES = [
    ("Accuracy", {}, "labels", "labels"),
    ("BinaryAccuracy", {}, "binary", "binary"),
    ("BinaryAccuracy", {"threshold": 0.3}, "one-hot", "probabilities"),
    ("BinaryCrossentropy", {}, "one-hot", "probabilities"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "one-hot", "logits"),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one-hot", "probabilities"),
    ("CategoricalCrossentropy", {"from_logits": True}, "one-hot", "logits"),
    ("SparseCategoricalCrossentropy", {}, "labels", "probabilities"),
    ("CategoricalHinge", {}, "one-hot", "logits"),
    ("CosineSimilarity", {}, "one-hot", "logits"),
    ("Hinge", {}, "one-hot", "logits"),
    ("SquaredHinge", {}, "one-hot", "logits"),
    ("LogCoshError", {}, "one-hot", "logits"),
    ("Poisson", {}, "one-hot", "probabilities"),
    ("KLDivergence", {}, "one-hot", "probabilities"),
    ("MeanAbsoluteError", {}, "one-hot", "probabilities"),
    ("MeanSquaredError", {}, "binary", "binary"),
    ("RootMeanSquaredError", {}, "one-hot", "probabilities"),
    *[
        (name, arguments, "one-hot", "probabilities")
        for name in ("Precision", "Recall")
        for arguments in (
            {},
            {"thresholds": 0.3},
            {"thresholds": [0.7, 0.1, 0.4]},
            {"thresholds": [0.0, 0.5, 1.0]},
            {"top_k": 2},
            {"top_k": 2, "thresholds": 0.35},
            {"class_id": 1},
            {"class_id": 2, "top_k": 1},
        )
    ],
    ("Precision", {}, "binary", "binary"),
    ("TruePositives", {"thresholds": [0.2, 0.6]}, "one-hot", "probabilities"),
    ("FalsePositives", {}, "one-hot", "probabilities"),
    ("TrueNegatives", {"thresholds": 0.4}, "one-hot", "probabilities"),
    ("FalseNegatives", {}, "binary", "binary"),
    *[
        ("F1Score", {"average": average}, "one-hot", "probabilities")
        for average in (None, "micro", "macro", "weighted")
    ],
    ("F1Score", {"threshold": 0.3, "average": "macro"}, "one-hot", "probabilities"),
    ("FBetaScore", {"beta": 2.0, "average": "weighted"}, "one-hot", "probabilities"),
    *[
        ("AUC", {"curve": curve, "summation_method": method}, "one-hot", "probabilities")
        for curve in ("ROC", "PR")
        for method in ("interpolation", "minoring", "majoring")
    ],
    ("AUC", {"num_thresholds": 5}, "binary", "binary"),
    ("AUC", {"num_thresholds": 2}, "binary", "binary"),
    ("AUC", {"thresholds": [0.7, 0.2, 0.45]}, "one-hot", "probabilities"),
    ("AUC", {"thresholds": [0.25, 0.5, 0.75]}, "one-hot", "probabilities"),
    ("AUC", {"from_logits": True}, "one-hot", "logits"),
    ("AUC", {"multi_label": True}, "one-hot", "probabilities"),
    ("AUC", {"multi_label": True, "curve": "PR", "num_labels": 4}, "one-hot", "probabilities"),
    (
        "AUC",
        {"multi_label": True, "label_weights": [0.1, 0.2, 0.3, 0.4]},
        "one-hot",
        "probabilities",
    ),
    ("AUC", {"label_weights": [0.1, 0.2, 0.3, 0.4]}, "one-hot", "probabilities"),
]
EVERY = pytest.mark.parametrize(
    ("name", "arguments", "true", "pred"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)


def draw(true, pred, seed, n=40, c=4):
    """Targets and predictions; some of these stand on thresholds, some are 0 or 1, some tie."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, c, n)
    y_true = {
        "labels": labels,
        "one-hot": np.eye(c, dtype=np.float32)[labels],
        "binary": (labels > 1).astype(np.float32),
    }[true]
    logits = rng.normal(size=(n, c)).astype(np.float32)
    if pred == "labels":
        return y_true, rng.integers(0, c, n)
    if pred == "logits":
        return y_true, logits
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    p[:5], p[5] = np.round(p[:5] * 10) / 10, 0.25
    p[6], p[7] = np.eye(c)[1], np.eye(c)[2]
    p[8:12] = np.round(p[8:12] * 199) / 199
    return y_true, p[:, :1] if pred == "binary" else p


@EVERY
@pytest.mark.parametrize("weighted", [False, True])
def test_results_over_batches_are_kerass(name, arguments, true, pred, weighted):
    keras = oracles.keras()
    ours = getattr(metrics, name)(**arguments)
    theirs = getattr(keras.metrics, name)(**arguments)
    assert ours.name == re.sub(r"_\d+$", "", theirs.name)  # Keras counts over a process
    for seed in range(3):
        y_true, y_pred = draw(true, pred, seed)
        weight = np.random.default_rng(seed).random(len(y_true)) if weighted else None
        if weighted and name == "Accuracy":
            weight = weight[:, None]
        ours.check_targets(y_true, y_pred.shape)
        ours.update_state(y_true, y_pred, weight)
        theirs.update_state(y_true, y_pred, weight)
        expected = theirs.result().numpy()
        assert np.shape(ours.result()) == expected.shape
        np.testing.assert_allclose(ours.result(), expected, rtol=1e-6, atol=1e-6)
    whole = ours.result()
    ours.reset_state()
    for seed in range(3):
        y_true, y_pred = draw(true, pred, seed)
        weight = np.random.default_rng(seed).random(len(y_true)) if weighted else None
        last = ours(y_true, y_pred, sample_weight=weight)
    np.testing.assert_array_equal(last, whole)


@EVERY
def test_config_goes_to_keras_and_back(name, arguments, true, pred):
    keras = oracles.keras()
    ours = getattr(metrics, name)(**arguments, name="mine")
    theirs = getattr(keras.metrics, name).from_config(ours.get_config())
    back = metrics.get(keras.saving.serialize_keras_object(theirs))
    assert type(back) is type(ours)
    config = back.get_config()
    if config.get("label_weights"):  # float32 in Keras
        config["label_weights"] = np.round(config["label_weights"], 6).tolist()
    if config.get("thresholds") and name == "AUC":
        config["thresholds"] = np.round(config["thresholds"], 6).tolist()
    assert config == ours.get_config()


@pytest.mark.parametrize("cls", ["Mean", "Sum"])
@pytest.mark.parametrize(
    ("shape", "weights"),
    [
        ((), None),
        ((), ()),
        ((5,), None),
        ((5,), (5,)),
        ((5,), (5, 1)),
        ((5, 3), None),
        ((5, 3), (5,)),
        ((5, 3), (5, 1)),
        ((5, 3), (5, 3)),
        ((5, 3, 2), (5, 3)),
        ((5,), ()),
    ],
)
def test_mean_and_sum_are_kerass(cls, shape, weights):
    keras = oracles.keras()
    ours, theirs = getattr(metrics, cls)(), getattr(keras.metrics, cls)()
    assert ours.name == theirs.name
    for seed in range(2):
        rng = np.random.default_rng(seed)
        values = rng.normal(size=shape)
        weight = None if weights is None else rng.random(weights)
        ours.update_state(values, weight)
        theirs.update_state(values, weight)
        np.testing.assert_allclose(ours.result(), float(theirs.result()), rtol=1e-5)


@pytest.mark.parametrize("function", ["binary_accuracy", "mean_squared_error"])
def test_functions_are_there_under_kerass_names(function):
    keras = oracles.keras()
    y_true, y_pred = draw("one-hot", "probabilities", 0)
    got = getattr(metrics, function)(y_true, y_pred)
    theirs = getattr(keras.metrics, function)(y_true, y_pred)
    np.testing.assert_allclose(got, theirs.numpy(), rtol=1e-6)


def test_thresholds_of_auc():
    keras = oracles.keras()
    for arguments in ({"num_thresholds": 4}, {"thresholds": [0.7, 0.2]}):
        ours, theirs = metrics.AUC(**arguments), keras.metrics.AUC(**arguments)
        np.testing.assert_allclose(ours.thresholds, theirs.thresholds, atol=1e-7)
        again = metrics.AUC.from_config(ours.get_config())
        assert again.thresholds == ours.thresholds
        assert again.num_thresholds == theirs.num_thresholds
