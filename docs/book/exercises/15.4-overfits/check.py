"""Exercise 15.4: what must hold."""

import numpy as np

import minicnn
from minicnn.layers import Dense, Input, ReLU


def network(rate):
    """Return a network for ten samples of eight numbers."""
    model = minicnn.Sequential(
        [Input((8,)), Dense(32), ReLU(), Dense(3, activation="softmax")], seed=0
    )
    model.compile(minicnn.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(10, 8)).astype(np.float32), np.arange(10) % 3
    assert answer.overfits(network(0.03), x, labels), "this network can learn ten samples"
    assert not answer.overfits(network(1e-5), x, labels), "with a rate of 0.00001 it cannot"
