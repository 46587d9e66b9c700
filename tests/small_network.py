"""A small network of every kind of layer, in this library or in Keras, and data for it."""

import numpy as np

import minicnn
from minicnn.optimizers import SGD

__all__ = ["LABELS", "X", "Y", "layers_of", "small"]

_rng = np.random.default_rng(0)
X = _rng.random((23, 8, 8, 2), dtype=np.float32)
LABELS = _rng.integers(0, 3, 23)
Y = np.eye(3, dtype=np.float32)[LABELS]


def layers_of(package, *, dropout=0.0, regularizer=None):
    """A small network of every kind of layer, in this library or in Keras."""
    ls = package.layers
    return [
        package.layers.Input((8, 8, 2)) if package is minicnn else package.Input((8, 8, 2)),
        ls.Conv2D(4, 3, padding="same", kernel_regularizer=regularizer),
        ls.BatchNormalization(),
        ls.ReLU(),
        ls.MaxPooling2D(),
        ls.Dropout(dropout),
        ls.Flatten(),
        ls.Dense(5, activation="relu"),
        ls.Dense(3),
        ls.Softmax(),
    ]


def small(**kwargs):
    model = minicnn.Sequential(layers_of(minicnn, **kwargs), seed=0)
    model.compile(SGD(0.05), "categorical_crossentropy", metrics=["accuracy"])
    return model
