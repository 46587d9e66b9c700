"""Layer normalisation: every sample gets mean 0 and variance 1 over its features."""

import numpy as np

from minicnn.layers import Layer


class MyLayerNorm(Layer):
    def __init__(self, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape, rng):
        self.params["gamma"] = np.ones(input_shape[-1])
        self.params["beta"] = np.zeros(input_shape[-1])

    def forward(self, x, *, training, key):
        mean = x.mean(axis=-1, keepdims=True)
        std = np.sqrt(x.var(axis=-1, keepdims=True) + self.epsilon)
        x_hat = (x - mean) / std
        y = self.params["gamma"] * x_hat + self.params["beta"]
        return y, (x_hat, std)

    def backward(self, dy, cache):
        x_hat, std = cache
        axes = tuple(range(dy.ndim - 1))
        dx_hat = dy * self.params["gamma"]
        mean = dx_hat.mean(axis=-1, keepdims=True)
        slope = (dx_hat * x_hat).mean(axis=-1, keepdims=True)
        dx = (dx_hat - mean - x_hat * slope) / std
        return dx, {"gamma": (dy * x_hat).sum(axis=axes), "beta": dy.sum(axis=axes)}
