"""Metrics: classes, functions, names."""

import numpy as np

from keras_uses.losses import CHANCE, LOGITS, PROBABILITIES, YES
from keras_uses.material import IMAGES, LABELS, ONE_HOT, TARGETS, VECTORS, dense, small
from keras_uses.table import use

#: name on the page, the metric, y, p, and what is expected if that is not the same.
METRICS = [
    ("CategoricalAccuracy()", lambda m: m.CategoricalAccuracy(), ONE_HOT, PROBABILITIES),
    (
        "SparseCategoricalAccuracy()",
        lambda m: m.SparseCategoricalAccuracy(),
        LABELS,
        PROBABILITIES,
    ),
    (
        "TopKCategoricalAccuracy(k)",
        lambda m: m.TopKCategoricalAccuracy(k=2),
        ONE_HOT,
        PROBABILITIES,
    ),
    (
        "SparseTopKCategoricalAccuracy(k)",
        lambda m: m.SparseTopKCategoricalAccuracy(k=2),
        LABELS,
        PROBABILITIES,
    ),
    ("BinaryAccuracy()", lambda m: m.BinaryAccuracy(), YES, CHANCE),
    ("BinaryAccuracy(threshold=...)", lambda m: m.BinaryAccuracy(threshold=0.7), YES, CHANCE),
    ("Accuracy()", lambda m: m.Accuracy(), YES, CHANCE.round()),
    ("Precision()", lambda m: m.Precision(), YES, CHANCE),
    ("Recall()", lambda m: m.Recall(), YES, CHANCE),
    ("Precision(class_id=...)", lambda m: m.Precision(class_id=1), ONE_HOT, PROBABILITIES),
    ("Recall() with several classes", lambda m: m.Recall(), ONE_HOT, PROBABILITIES),
    ("AUC()", lambda m: m.AUC(), YES, CHANCE),
    (
        "F1Score()",
        lambda m: m.F1Score(),
        ONE_HOT,
        PROBABILITIES,
        "differs",
        "float64, where Keras gives float32",
    ),
    ("F1Score(average='macro')", lambda m: m.F1Score(average="macro"), ONE_HOT, PROBABILITIES),
    ("TruePositives()", lambda m: m.TruePositives(), YES, CHANCE),
    ("FalsePositives()", lambda m: m.FalsePositives(), YES, CHANCE),
    ("FalseNegatives()", lambda m: m.FalseNegatives(), YES, CHANCE),
    ("MeanSquaredError()", lambda m: m.MeanSquaredError(), TARGETS, CHANCE),
    ("MeanAbsoluteError()", lambda m: m.MeanAbsoluteError(), TARGETS, CHANCE),
    ("RootMeanSquaredError()", lambda m: m.RootMeanSquaredError(), TARGETS, CHANCE),
    ("R2Score()", lambda m: m.R2Score(), TARGETS, CHANCE, "refused", "minicnn has no such metric"),
    (
        "CosineSimilarity()",
        lambda m: m.CosineSimilarity(),
        ONE_HOT,
        LOGITS,
    ),
    ("CategoricalCrossentropy()", lambda m: m.CategoricalCrossentropy(), ONE_HOT, PROBABILITIES),
    ("BinaryCrossentropy()", lambda m: m.BinaryCrossentropy(), YES, CHANCE),
]


def _in_two_parts(keras, make, y, p):
    metric = make(keras.metrics)
    for part in (slice(0, 7), slice(7, None)):
        metric.update_state(y[part], p[part])
    return metric.name, np.asarray(metric.result())


for _name, _make, _y, _p, *_expected in METRICS:
    use(_name, *_expected)(lambda keras, make=_make, y=_y, p=_p: _in_two_parts(keras, make, y, p))

#: The names that compile takes for a classifier, and what is expected if that is not the same.
NAMES = [
    ("categorical_accuracy",),
    ("top_k_categorical_accuracy",),
    ("categorical_crossentropy",),
    ("mse",),
    ("mae",),
    ("AUC",),
]
for _name, *_expected in NAMES:
    use(f"metrics=['{_name}']", *_expected)(
        lambda keras, name=_name: small(keras, metrics=[name]).test_on_batch(
            IMAGES, ONE_HOT, return_dict=True
        )
    )


@use("metric.reset_state()")
def reset_state(keras):
    metric = keras.metrics.CategoricalAccuracy()
    metric.update_state(ONE_HOT, PROBABILITIES)
    metric.reset_state()
    metric.update_state(ONE_HOT[:5], ONE_HOT[:5])
    return float(metric.result())


@use("metric(y, p)")
def called(keras):
    return float(keras.metrics.CategoricalAccuracy()(ONE_HOT, PROBABILITIES))


@use("metric.update_state(sample_weight=...)")
def weighted(keras):
    metric = keras.metrics.CategoricalAccuracy()
    metric.update_state(ONE_HOT, PROBABILITIES, sample_weight=np.linspace(0, 2, 12))
    return float(metric.result())


@use("metrics.Mean()")
def mean(keras):
    metric = keras.metrics.Mean(name="loss")
    for value in (1.0, 2.0, 6.0):
        metric.update_state(value)
    return metric.name, float(metric.result())


@use("metrics.categorical_accuracy(y, p)", "differs", "booleans, where Keras gives floats")
def function(keras):
    return np.asarray(keras.metrics.categorical_accuracy(ONE_HOT, PROBABILITIES))


@use("CategoricalAccuracy(name='acc')")
def named(keras):
    metric = keras.metrics.CategoricalAccuracy(name="acc")
    return small(keras, metrics=[metric]).evaluate(IMAGES, ONE_HOT, verbose=0, return_dict=True)


@use("metrics=['accuracy', keras.metrics.Precision(), keras.metrics.Recall()]")
def several(keras):
    metrics = ["accuracy", keras.metrics.Precision(), keras.metrics.Recall()]
    model = small(keras, metrics=metrics)
    return model.fit(IMAGES, ONE_HOT, shuffle=False, verbose=0, validation_split=0.25).history


@use("'accuracy' with a single sigmoid unit")
def binary(keras):
    model = dense(keras, loss="mse", metrics=["accuracy"])
    return model.evaluate(VECTORS, YES, verbose=0, return_dict=True)


@use("a metric written as a function")
def own_function(keras):
    def off_by(y_true, y_pred):
        return abs(y_true - y_pred)

    model = dense(keras, metrics=[off_by])
    return model.evaluate(VECTORS, TARGETS, verbose=0, return_dict=True)


@use("a class that inherits from Metric, with add_weight")
def own_class(keras):
    class Count(keras.metrics.Metric):
        def __init__(self, name="count", **kwargs):
            super().__init__(name=name, **kwargs)
            self.total = self.add_weight(name="total", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign(self.total + len(y_true))

        def result(self):
            return self.total

        def reset_state(self):
            self.total.assign(0.0)

    metric = Count()
    metric.update_state(ONE_HOT, PROBABILITIES)
    return float(metric.result())


@use("a metric written with `keras.ops`")
def written_with_ops(keras):
    ops = keras.ops

    def share_right(y_true, y_pred):
        right = ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1))
        return ops.mean(ops.cast(right, "float32"))

    model = small(keras, metrics=[share_right])
    return model.evaluate(IMAGES, ONE_HOT, verbose=0, return_dict=True)


@use("an error for an unknown name")
def unknown(keras):
    return keras.metrics.get("acuracy")
