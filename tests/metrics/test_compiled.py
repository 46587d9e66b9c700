"""Metrics of a model: names in the history, functions, classes of one's own, files, resuming."""

import functools

import numpy as np
import oracles
import pytest

import minicnn
from minicnn import metrics
from minicnn.layers import Dense, Input
from minicnn.training import History
from minicnn.training.running_means import RunningMeans
from minicnn.training.verbose import describe

X = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
Y = np.eye(4, dtype=np.float32)[np.random.default_rng(1).integers(0, 4, 10)]


EAGER = {"run_eagerly": True}


def build(lib):
    model = lib.Sequential(
        [lib.layers.Input((3,)), lib.layers.Dense(4), lib.layers.Activation("softmax")]
    )
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=(3, 4)), rng.normal(size=4)])
    return model


def plain(tensor):
    """Return a tensor of Keras's as an array."""
    return tensor.numpy() if hasattr(tensor, "numpy") else tensor


def top2(y_true, y_pred):
    """Per sample."""
    y_true, y_pred = plain(y_true), plain(y_pred)
    own = (y_true * y_pred).sum(axis=-1, keepdims=True)
    return ((y_pred > own).sum(axis=-1) < 2).astype(np.float32)


def largest(y_true, y_pred):
    """One number for a batch."""
    return plain(y_pred).max()


def mixed(lib):
    return [
        "acc",
        "mse",
        "MAE",
        "AUC",
        "Precision",
        lib.metrics.Recall(name="recall"),
        lib.metrics.categorical_accuracy,
        "categorical_crossentropy",
        lib.metrics.F1Score(average=None),
        lib.metrics.Precision(class_id=1, name="p1"),
        lib.metrics.Precision(class_id=2, name="p1"),
        top2,
        largest,
    ]


def test_a_training_shows_kerass_names_and_values():
    keras = oracles.keras()
    histories = []
    for lib in (minicnn, keras):
        model = build(lib)
        eager = {} if lib is minicnn else EAGER
        model.compile(
            lib.optimizers.SGD(0.1), "categorical_crossentropy", metrics=mixed(lib), **eager
        )
        weight = np.linspace(0.5, 2, 10).astype(np.float32)
        histories.append(
            model.fit(
                X,
                Y,
                batch_size=4,
                epochs=2,
                shuffle=False,
                sample_weight=weight,
                validation_data=(X[:3], Y[:3]),
                verbose=0,
            ).history
        )
    ours, theirs = histories
    assert set(ours) == set(theirs)
    assert "acc" in ours
    assert "val_p1_1" in ours
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=2e-5, atol=2e-6, err_msg=name)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, []),
        (["accuracy", "ACC", "Accuracy"], ["accuracy", "ACC", "Accuracy"]),
        (["accuracy", "accuracy"], ["accuracy", "accuracy_1"]),
        ([["acc"], ("mse", "mse")], ["acc", "mse", "mse_1"]),
        ({"dense": ["acc"]}, ["acc"]),
        ([metrics.AUC, metrics.Recall()], ["auc", "recall"]),
        ([lambda y, p: p], ["<lambda>"]),
        ([functools.partial(top2)], ["partial"]),
        ([minicnn.losses.Huber(name="h")], ["h"]),
        ([{"class_name": "AUC", "config": {"name": "area"}}], ["area"]),
    ],
)
def test_names(given, names):
    assert [metric.name for metric in metrics.for_compile(given)] == names


@pytest.mark.parametrize("given", ["acc", metrics.AUC(), 3])
def test_what_is_no_list_is_refused(given):
    with pytest.raises(ValueError, match="compile: metrics must be a list, as in"):
        build(minicnn).compile("adam", "mse", metrics=given)


def test_the_values_of_a_function_are_weighted_as_keras_weights_them():
    keras = oracles.keras()
    for function in (top2, largest):
        ours, theirs = (lib.metrics.MeanMetricWrapper(function) for lib in (minicnn, keras))
        for n in (4, 2):
            ours.update_state(Y[:n], Y[:n] * 0.5)
            theirs.update_state(Y[:n], Y[:n] * 0.5)
        assert ours.result() == pytest.approx(float(theirs.result()))
    wrapped = metrics.MeanMetricWrapper(metrics.binary_accuracy, "high", threshold=0.9)
    wrapped.update_state([1, 1, 0], [0.8, 0.95, 0.3])
    assert wrapped.result() == pytest.approx(2 / 3)
    assert wrapped.name == "high"


class Largest(metrics.Metric):
    """The example of the base class."""

    def reset_state(self):
        self._largest = 0.0

    def update_state(self, y_true, y_pred, sample_weight=None):
        self._largest = max(self._largest, float(y_pred.max()))

    def result(self):
        return self._largest


def test_a_metric_of_ones_own_counts_over_an_epoch():
    model = build(minicnn)
    model.compile("sgd", "mse", metrics=[Largest, Largest(name="other")])
    figures = model.evaluate(X, Y, batch_size=3, verbose=0, return_dict=True)
    expected = model.predict(X).max()
    assert figures["largest"] == figures["other"] == pytest.approx(expected)
    with pytest.raises(NotImplementedError, match="Metric does not define reset_state"):
        metrics.Metric()


@pytest.mark.parametrize(
    "metric",
    [
        "accuracy",
        "mse",
        "AUC",
        "f1_score",
        "Recall",
        "root_mean_squared_error",
        "TruePositives",
        "categorical_crossentropy",
        top2,
    ],
)
def test_callbacks_know_which_way_is_better_where_kerass_do(metric):
    keras = oracles.keras()
    known = []
    for lib in (minicnn, keras):
        model = build(lib)
        model.compile("sgd", "mse", metrics=[metric], **({} if lib is minicnn else EAGER))
        model.evaluate(X, Y, verbose=0)
        stop = lib.callbacks.EarlyStopping(monitor=f"val_{getattr(metric, '__name__', metric)}")
        stop.set_model(model)
        try:
            if lib is minicnn:
                known.append(stop._rises())
            else:
                stop._set_monitor_op()
                known.append(stop.monitor_op is keras.ops.greater)
        except ValueError:
            known.append(None)
    assert known[0] == known[1]


def test_targets_are_checked_before_the_first_step():
    labels = np.argmax(Y, 1)
    for metric in ("Precision", "AUC", "f1_score", "mse"):
        model = build(minicnn)
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=[metric])
        before = model.get_weights()
        with pytest.raises(ValueError, match="y_true"):
            model.fit(X, labels, verbose=0)
        np.testing.assert_array_equal(before[0], model.get_weights()[0])


@pytest.mark.filterwarnings("ignore:__array__ implementation")  # in Keras's evaluate
@pytest.mark.parametrize("first", ["ours", "keras"])
def test_metrics_in_a_file_keep_their_names(first, tmp_path):
    keras = oracles.keras()
    libs = [minicnn, keras] if first == "ours" else [keras, minicnn]
    given = ["acc", "mse", "AUC", libs[0].metrics.Precision(thresholds=[0.25, 0.5], name="p")]
    model = build(libs[0])
    model.compile("sgd", "categorical_crossentropy", metrics=given)
    model.evaluate(X, Y, verbose=0)
    model.save(tmp_path / "m.keras")
    other = (libs[1].models if libs[1] is keras else minicnn).load_model(tmp_path / "m.keras")
    one, two = (m.evaluate(X, Y, verbose=0, return_dict=True) for m in (model, other))
    assert set(two) == set(one) == {"loss", "acc", "mse", "AUC", "p"}
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, rtol=1e-5)


def test_a_file_with_a_function_of_ones_own_is_read_without_its_training(tmp_path):
    model = build(minicnn)
    model.compile("sgd", "mse", metrics=[top2])
    model.save(tmp_path / "m.keras")
    with pytest.warns(UserWarning, match="not compiled.*'top2' is unknown"):
        minicnn.load_model(tmp_path / "m.keras")


def test_an_epoch_can_be_resumed_with_every_kind_of_state(tmp_path):
    from minicnn.data.batches import Batch
    from minicnn.training.checkpoint import read_checkpoint, write_checkpoint

    def fresh():
        return RunningMeans(metrics.for_compile(mixed(minicnn)), minicnn.losses.MeanSquaredError())

    def run(means, start, end):
        for i in range(start, end, 2):
            y_pred = np.abs(X[i : i + 2] @ np.ones((3, 4), np.float32)) / 9
            means.update(Batch(X[i : i + 2], Y[i : i + 2], None, np.arange(2)), 1.0, y_pred)

    whole, half, rest = fresh(), fresh(), fresh()
    run(whole, 0, 10)
    run(half, 0, 4)
    write_checkpoint(tmp_path / "c", half.get_state())
    rest.set_state(read_checkpoint(tmp_path / "c"))
    run(rest, 4, 10)
    for name, value in whole.result().items():
        np.testing.assert_array_equal(rest.result()[name], value)


def test_a_metric_of_several_values_is_shown_and_kept():
    shown = describe({"loss": 1.0, "f1_score": np.array([0.25, 1.0])})
    assert shown == "loss 1.0000  f1_score [0.2500 1.0000]"
    model = minicnn.Sequential([Input((3,)), Dense(4, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[metrics.F1Score()])
    history = model.fit(X, Y, epochs=2, verbose=2)
    assert isinstance(history, History)
    assert np.shape(history.history["f1_score"]) == (2, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: metrics.Precision(thresholds=[0.5, 1.5]),
            "Precision: thresholds must be a number",
        ),
        (lambda: metrics.Recall(top_k=0), "Recall: top_k must be a whole number"),
        (lambda: metrics.Precision(class_id=4)(Y, Y), "precision: class_id 4 is not a class of"),
        (lambda: metrics.Precision()([0, 1], Y[:2]), "precision: y_true must have y_pred's shape"),
        (lambda: metrics.Recall()(Y, Y, np.ones(3)), r"sample_weight must have shape \(10,\)"),
        (lambda: metrics.AUC(curve="PRGAIN"), "AUC: curve must be 'ROC' or 'PR', got 'PRGAIN'"),
        (lambda: metrics.AUC(summation_method="x"), "AUC: summation_method must be one of"),
        (lambda: metrics.AUC(1), "AUC: num_thresholds must be a whole number"),
        (lambda: metrics.AUC(num_labels=3), "num_labels is for multi_label=True alone"),
        (lambda: metrics.AUC(multi_label=True, num_labels=3)(Y, Y), r"must have shape \(n, 3\)"),
        (lambda: metrics.AUC(label_weights=[1.0])(Y, Y), "1 label_weights do not fit"),
        (lambda: metrics.F1Score("mean"), "F1Score: average must be None, 'micro', 'macro' or"),
        (lambda: metrics.F1Score()([0, 1], [1, 0]), r"one shape \(n, classes\), one-hot"),
        (lambda: metrics.F1Score()(Y, Y, np.ones(3)), r"sample_weight must have shape \(10,\)"),
        (lambda: metrics.FBetaScore(beta=0), "FBetaScore: beta must be a number"),
        (lambda: metrics.BinaryAccuracy(threshold=2), "BinaryAccuracy: threshold must be"),
        (lambda: metrics.BinaryAccuracy()([1, 0], [[1, 0, 1]]), "y_true must have y_pred's shape"),
        (lambda: metrics.Mean()([1.0, 2.0], [1.0, 2.0, 3.0]), r"sample_weight must have shape"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_without_data_or_labels_that_count_the_result_is_0():
    assert (metrics.AUC().result(), metrics.F1Score().result()) == (0, 0)
    assert metrics.AUC(multi_label=True, num_labels=4, label_weights=[0.0] * 4)(Y, Y) == 0


def test_nan_is_above_no_threshold():
    metric = metrics.TruePositives(thresholds=[0.0, 0.5])
    metric.update_state([1, 1], [np.nan, 0.7])
    np.testing.assert_array_equal(metric.result(), [1, 1])


def heads():
    inputs = Input((3,))
    model = minicnn.Model(inputs, [Dense(4, name="b")(inputs), Dense(4, name="a")(inputs)])
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=w.shape) for w in model.weights])
    return model


def test_compile_leaves_the_names_of_given_metrics():
    given = [metrics.MeanAbsoluteError(), metrics.MeanAbsoluteError()]
    model = build(minicnn)
    model.compile("sgd", "mse", metrics=given)
    assert model.metrics_names[1:] == ["mean_absolute_error", "mean_absolute_error_1"]
    assert [metric.name for metric in given] == ["mean_absolute_error"] * 2


def test_a_metric_that_is_given_twice_counts_each_by_itself():
    given = metrics.MeanAbsoluteError(name="m")
    model = heads()
    model.compile(
        "sgd", "mse", metrics={"a": [given], "b": [given]}, weighted_metrics=[[given]] * 2
    )
    weights = [np.arange(10.0), np.ones(10)]
    shown = model.evaluate(X, [Y, 5 * Y], sample_weight=weights, verbose=0, return_dict=True)
    b, a = model.predict(X)
    assert shown["a_m"] == pytest.approx(np.abs(a - 5 * Y).mean())
    assert shown["b_m"] == pytest.approx(np.abs(b - Y).mean())
    expected = np.average(np.abs(b - Y).mean(axis=1), weights=weights[0])
    assert shown["b_weighted_m"] == pytest.approx(expected)


def test_the_metrics_of_a_model_are_not_those_of_compile():
    model = heads()
    model.compile("sgd", "mse", metrics=[["mae"], ["mse"]])
    with pytest.raises(ValueError, match="'a_mse' belongs to an output of a model; pass"):
        model.compile("sgd", "mse", metrics=model.metrics)
    assert model.metrics_names[3:] == ["a_mse", "b_mae"]
