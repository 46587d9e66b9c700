"""Exercise 11.3: what must hold."""

import numpy as np

from minicnn import check_gradients
from minicnn.layers import Layer


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""

    class Mine(Layer):
        def build(self, input_shape, rng):
            self.params["gamma"] = np.ones(input_shape)
            self.params["beta"] = np.zeros(input_shape)

        def forward(self, x, *, training, key):
            xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 0.01)
            gamma, beta = (self.params[name].astype(x.dtype) for name in ("gamma", "beta"))
            return gamma * xhat + beta, x

        def backward(self, dy, cache):
            dx, dgamma, dbeta = answer.batch_norm_backward(dy, cache, self.params["gamma"], 0.01)
            return dx, {"gamma": dgamma, "beta": dbeta}

    layer = Mine()
    layer.build((3,))
    report = check_gradients(layer, np.random.default_rng(0).normal(2, 0.5, size=(6, 3)))
    assert report.passed, f"the gradient check rejects {', '.join(report.failed)}"
