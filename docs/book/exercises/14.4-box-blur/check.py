"""Exercise 14.4: what must hold."""

import numpy as np

import minicnn
from minicnn.layers import AveragePooling2D


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    x = np.random.default_rng(0).normal(size=(2, 7, 10, 3))
    for size, stride in [(3, 2), (2, 3), (2, 2)]:
        layer, twin = answer.BoxBlur(size, stride), AveragePooling2D(size, strides=stride)
        layer.build((7, 10, 3))
        twin.build((7, 10, 3))
        y, _ = layer.forward(x, training=True)
        expected, _ = twin.forward(x, training=True)
        assert y.shape == expected.shape, f"the shape is {y.shape}, expected {expected.shape}"
        assert np.allclose(y, expected), f"size {size}, stride {stride}: these are not the means"
        report = minicnn.check_gradients(layer, x)
        assert report.passed, f"size {size}, stride {stride}: the check says:\n{report}"
