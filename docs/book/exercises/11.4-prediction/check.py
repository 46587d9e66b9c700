"""Exercise 11.4: what must hold."""

import numpy as np

from minicnn.layers import BatchNormalization


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    layer = BatchNormalization(momentum=0.8, epsilon=0.01, dtype="float64")
    layer.build((3,))
    layer.params = {"gamma": rng.normal(size=3), "beta": rng.normal(size=3)}
    mean, variance = np.zeros(3), np.ones(3)
    for _ in range(4):
        x = rng.normal(3, 2, size=(10, 3))
        layer.forward(x, training=True)
        mean = answer.moved(mean, x.mean(axis=0), 0.8)
        variance = answer.moved(variance, x.var(axis=0), 0.8)
        assert np.allclose(mean, layer.state["moving_mean"]), "moved: this is not (11.14)"
        assert np.allclose(variance, layer.state["moving_variance"]), "moved: this is not (11.14)"
    x = rng.normal(3, 2, size=(5, 3))
    got = answer.predict(x, layer.params["gamma"], layer.params["beta"], mean, variance, 0.01)
    assert np.allclose(got, layer.forward(x, training=False)[0]), (
        "predict: not what the layer gives"
    )
