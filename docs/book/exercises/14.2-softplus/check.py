"""Exercise 14.2: what must hold."""

import numpy as np

import minicnn


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    layer = answer.Softplus()
    layer.build((5, 7, 2))
    rng = np.random.default_rng(0)
    y, _ = layer.forward(np.full((1, 5, 7, 2), 0.0), training=False)
    assert np.allclose(y, np.log(2)), "softplus(0) is ln 2"
    report = minicnn.check_gradients(layer, rng.normal(size=(3, 5, 7, 2)))
    assert report.passed, f"the gradient check says:\n{report}"
    with np.errstate(all="ignore"):
        y, cache = layer.forward(np.full((1, 5, 7, 2), 1000.0), training=False)
        dx, _ = layer.backward(np.ones_like(y), cache)
    assert np.allclose(y, 1000), f"softplus(1000) is 1000, not {y.flat[0]}"
    assert np.allclose(dx, 1), f"its slope at 1000 is 1, not {dx.flat[0]}"
