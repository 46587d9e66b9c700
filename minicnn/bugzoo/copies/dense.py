"""A dense layer: y = x W + b."""

import numpy as np

from minicnn.layers import Layer


class MyDense(Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape, rng):
        d = input_shape[-1]
        limit = np.sqrt(6 / (d + self.units))
        self.params["kernel"] = rng.uniform(-limit, limit, (d, self.units))
        self.params["bias"] = np.zeros(self.units)

    def forward(self, x, *, training, key):
        y = x @ self.params["kernel"] + self.params["bias"]
        return y, x

    def backward(self, dy, cache):
        x = cache
        dx = dy @ self.params["kernel"].T
        dw = x.T @ dy
        db = dy.sum(axis=0)
        return dx, {"kernel": dw, "bias": db}
