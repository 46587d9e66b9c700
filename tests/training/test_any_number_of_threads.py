"""A training gives the same bits on any number of threads."""

import numpy as np
import pytest

import minicnn
from minicnn import layers


@pytest.fixture(scope="module", autouse=True)
def _restored():
    before = minicnn.get_threads()
    yield
    minicnn.set_threads(before)


def network():
    """A network with a layer of every kind that computes in blocks."""
    inputs = layers.Input((24, 24, 3))
    x = layers.Conv2D(16, 3, padding="same")(layers.GaussianNoise(0.1)(inputs))
    x = layers.MaxPooling2D()(layers.ReLU()(layers.BatchNormalization()(x)))
    x = layers.Conv2D(20, 5, activation="relu")(x)  # by the Fourier transform
    x = layers.Dropout(0.3)(layers.Flatten()(layers.AveragePooling2D()(x)))
    outputs = layers.Dense(7, activation="softmax")(layers.Dense(300, activation="tanh")(x))
    model = minicnn.Model(inputs, outputs)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def trained(weights, *counts):
    """Train from these weights, each epoch on another number of threads; return all results."""
    model = network()
    model.seed = 0
    model.set_weights(weights)
    rng = np.random.default_rng(0)
    images = rng.normal(size=(150, 24, 24, 3)).astype("f4")
    labels = np.eye(7, dtype="f4")[rng.integers(0, 7, 150)]
    losses = []
    for epoch, count in enumerate(counts):
        minicnn.set_threads(count)
        history = model.fit(
            images, labels, batch_size=60, initial_epoch=epoch, epochs=epoch + 1, verbose=0
        )
        losses += history.history["loss"]
    return [*model.get_weights(), model.predict(images), np.array(losses)]


@pytest.fixture(scope="module")
def begun():
    weights = network().get_weights()
    return weights, trained(weights, 1, 1)


@pytest.mark.parametrize("counts", [(2, 2), (3, 3), (8, 8), (1, 2)])
def test_the_same_bits(begun, counts):
    weights, expected = begun
    for one, other in zip(expected, trained(weights, *counts), strict=True):
        np.testing.assert_array_equal(one, other)
