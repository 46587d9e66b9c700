"""Exercise 10.4: what must hold."""

import numpy as np

from minicnn.layers import AveragePooling2D


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    constant = answer.average_pool(np.full((4, 5), 7.0), 3)
    assert np.allclose(constant, 7), "a constant image does not stay constant"
    x = np.random.default_rng(0).normal(size=(6, 7))
    for k in (3, 5):
        expected = AveragePooling2D(k, strides=1, padding="same")(x[None, :, :, None])[0, :, :, 0]
        assert np.allclose(answer.average_pool(x, k), expected), f"windows of {k}: not (10.5)"
