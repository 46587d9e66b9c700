"""Losses: classes, functions, names."""

import numpy as np

from keras_uses.material import LABELS, ONE_HOT, TARGETS, VECTORS, dense
from keras_uses.table import use

_rng = np.random.default_rng(4)
LOGITS = _rng.normal(0, 2, (12, 3)).astype(np.float32)
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
YES = _rng.integers(0, 2, (12, 1)).astype(np.float32)
CHANCE = _rng.uniform(0.05, 0.95, (12, 1)).astype(np.float32)

#: name on the page, its value, and what is expected if that is not the same.
VALUES = [
    (
        "CategoricalCrossentropy()",
        lambda k: k.losses.CategoricalCrossentropy()(ONE_HOT, PROBABILITIES),
    ),
    (
        "CategoricalCrossentropy(from_logits=True)",
        lambda k: k.losses.CategoricalCrossentropy(from_logits=True)(ONE_HOT, LOGITS),
    ),
    (
        "CategoricalCrossentropy(label_smoothing=0.1)",
        lambda k: k.losses.CategoricalCrossentropy(label_smoothing=0.1)(ONE_HOT, PROBABILITIES),
    ),
    (
        "CategoricalCrossentropy(reduction='sum')",
        lambda k: k.losses.CategoricalCrossentropy(reduction="sum")(ONE_HOT, PROBABILITIES),
    ),
    (
        "CategoricalCrossentropy(reduction=None)",
        lambda k: k.losses.CategoricalCrossentropy(reduction=None)(ONE_HOT, PROBABILITIES),
    ),
    (
        "loss(y, p, sample_weight=...)",
        lambda k: k.losses.CategoricalCrossentropy()(
            ONE_HOT, PROBABILITIES, sample_weight=np.linspace(0, 2, 12)
        ),
    ),
    (
        "SparseCategoricalCrossentropy()",
        lambda k: k.losses.SparseCategoricalCrossentropy()(LABELS, PROBABILITIES),
    ),
    (
        "SparseCategoricalCrossentropy(from_logits=True)",
        lambda k: k.losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, LOGITS),
    ),
    ("BinaryCrossentropy()", lambda k: k.losses.BinaryCrossentropy()(YES, CHANCE)),
    (
        "BinaryCrossentropy(from_logits=True)",
        lambda k: k.losses.BinaryCrossentropy(from_logits=True)(YES, LOGITS[:, :1]),
    ),
    (
        "CategoricalFocalCrossentropy()",
        lambda k: k.losses.CategoricalFocalCrossentropy()(ONE_HOT, PROBABILITIES),
    ),
    (
        "BinaryFocalCrossentropy()",
        lambda k: k.losses.BinaryFocalCrossentropy()(YES, CHANCE),
        "refused",
        "minicnn has no such loss",
    ),
    ("MeanSquaredError()", lambda k: k.losses.MeanSquaredError()(TARGETS, CHANCE)),
    ("MeanAbsoluteError()", lambda k: k.losses.MeanAbsoluteError()(TARGETS, CHANCE)),
    ("Huber()", lambda k: k.losses.Huber()(TARGETS, CHANCE * 4)),
    ("LogCosh()", lambda k: k.losses.LogCosh()(TARGETS, CHANCE)),
    ("KLDivergence()", lambda k: k.losses.KLDivergence()(ONE_HOT, PROBABILITIES)),
    ("Poisson()", lambda k: k.losses.Poisson()(TARGETS, CHANCE)),
    ("Hinge()", lambda k: k.losses.Hinge()(YES, LOGITS[:, :1])),
    ("CategoricalHinge()", lambda k: k.losses.CategoricalHinge()(ONE_HOT, LOGITS)),
    ("CosineSimilarity()", lambda k: k.losses.CosineSimilarity()(ONE_HOT, LOGITS)),
    (
        "MeanAbsolutePercentageError()",
        lambda k: k.losses.MeanAbsolutePercentageError()(TARGETS, CHANCE),
        "refused",
        "minicnn has no such loss",
    ),
    (
        "losses.categorical_crossentropy(y, p)",
        lambda k: k.losses.categorical_crossentropy(ONE_HOT, PROBABILITIES),
    ),
    (
        "losses.sparse_categorical_crossentropy(y, p)",
        lambda k: k.losses.sparse_categorical_crossentropy(LABELS, PROBABILITIES),
    ),
    ("losses.binary_crossentropy(y, p)", lambda k: k.losses.binary_crossentropy(YES, CHANCE)),
    (
        "losses.mean_squared_error(y, p)",
        lambda k: k.losses.mean_squared_error(ONE_HOT, PROBABILITIES),
    ),
    (
        "losses.mean_absolute_error(y, p)",
        lambda k: k.losses.mean_absolute_error(ONE_HOT, PROBABILITIES),
    ),
    (
        "losses.get('mse')",
        lambda k: k.losses.get("mse")(TARGETS, CHANCE),
        "differs",
        "it gives the mean, where Keras gives a value for each sample",
    ),
]
for _name, _value, *_expected in VALUES:
    use(_name, *_expected)(lambda keras, value=_value: np.asarray(value(keras)))

#: The names that compile takes, and what is expected if that is not the same.
NAMES = [
    ("mse",),
    ("mean_squared_error",),
    ("mae",),
    ("mean_absolute_error",),
    ("binary_crossentropy",),
    ("huber",),
    ("hinge",),
    ("poisson",),
    ("log_cosh",),
    ("kl_divergence",),
    ("cosine_similarity",),
]


def _trained(keras, loss):
    model = dense(keras, loss=loss)
    return [model.train_on_batch(VECTORS, TARGETS) for _ in range(2)]


for _name, *_expected in NAMES:
    use(f"loss='{_name}'", *_expected)(lambda keras, name=_name: _trained(keras, name))


@use("a sigmoid and 'binary_crossentropy'")
def binary_classifier(keras):
    ls = keras.layers
    model = keras.Sequential([ls.Input((5,)), ls.Dense(1, "sigmoid", kernel_initializer="zeros")])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model.fit(VECTORS, YES, shuffle=False, epochs=2, verbose=0).history


@use(
    "a loss written as a function",
    "refused",
    "its derivative is not known; a class with forward and backward has one",
)
def own_function(keras):
    def squared(y_true, y_pred):
        return (y_true - y_pred) ** 2

    return _trained(keras, squared)


@use(
    "a class that inherits from Loss", "refused", "a loss of your own has a forward and a backward"
)
def own_class(keras):
    class Squared(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return (y_true - y_pred) ** 2

    return np.asarray(Squared()(TARGETS, CHANCE))


@use("loss.name and loss.get_config()")
def config(keras):
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    return loss.name, loss.get_config()["label_smoothing"]


@use("an error for targets of the wrong shape")
def other_shape(keras):
    return keras.losses.CategoricalCrossentropy()(ONE_HOT[:, :2], PROBABILITIES)
