"""Exercise 13.4: what must hold."""

import numpy as np

from minicnn.layers import Dense


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    layer = Dense(3)
    layer.build((4,), rng=0)
    layer.astype("float64")
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    kernel = layer.params["kernel"].copy()
    got = answer.gradient_for(layer, "kernel", x, dy, 1e-5)
    assert np.shape(got) == (4, 3), f"the shape is {np.shape(got)}, expected (4, 3)"
    assert np.allclose(got, x.T @ dy, atol=1e-8), (
        "these are not the derivatives of the sum of dy * y"
    )
    assert np.array_equal(layer.params["kernel"], kernel), "put every element back"
