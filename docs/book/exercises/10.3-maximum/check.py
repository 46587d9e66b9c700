"""Exercise 10.3: what must hold."""

import numpy as np

from minicnn.layers import MaxPooling2D


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    images = {
        "distinct pixels": rng.normal(size=(2, 6, 5, 2)),
        "ties": rng.integers(0, 3, size=(2, 6, 5, 2)).astype(float),
    }
    for name, x in images.items():
        for stride in (2, 1):
            layer = MaxPooling2D(2, strides=stride)
            layer.build(x.shape[1:])
            y, cache = layer.forward(x, training=True)
            dy = rng.normal(size=y.shape)
            expected, _ = layer.backward(dy, cache)
            got = answer.max_pool_backward(dy, x, 2, stride)
            assert np.allclose(got, expected), f"{name}, stride {stride}: not (10.3)"
