"""Exercise 14.3: what must hold."""

import numpy as np

import minicnn
from minicnn.layers import LayerNormalization


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    x = np.random.default_rng(0).normal(size=(3, 2, 5))
    layer, twin = answer.LayerNorm(0.1), LayerNormalization(epsilon=0.1)
    for one in (layer, twin):
        one.build((2, 5))
        one.astype("float64")
        one.params["gamma"][:] = [1, 2, -1, 0.5, 3]
        one.params["beta"][:] = 0.5
    y, _ = layer.forward(x, training=True)
    assert np.allclose(y, twin.forward(x, training=True)[0]), "the output is not (14.2)"
    report = minicnn.check_gradients(layer, x)
    assert report.passed, f"the gradient check says:\n{report}"
