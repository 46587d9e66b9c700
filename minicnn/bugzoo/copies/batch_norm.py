"""Batch normalisation: every channel gets mean 0 and variance 1 over the batch, then rescaled."""

import numpy as np

from minicnn.layers import Layer


class MyBatchNorm(Layer):
    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape, rng):
        c = input_shape[-1]
        self.params["gamma"] = np.ones(c)
        self.params["beta"] = np.zeros(c)
        self.state["mean"] = np.zeros(c, self.dtype)
        self.state["variance"] = np.ones(c, self.dtype)

    def forward(self, x, *, training, key):
        axes = tuple(range(x.ndim - 1))
        if training:
            mean, variance = x.mean(axis=axes), x.var(axis=axes)
            m = self.momentum
            self.state["mean"] = m * self.state["mean"] + (1 - m) * mean
            self.state["variance"] = m * self.state["variance"] + (1 - m) * variance
        else:
            mean, variance = self.state["mean"], self.state["variance"]
        std = np.sqrt(variance + self.epsilon)
        x_hat = (x - mean) / std
        y = self.params["gamma"] * x_hat + self.params["beta"]
        return y, (x_hat, std, training)

    def backward(self, dy, cache):
        x_hat, std, training = cache
        axes = tuple(range(dy.ndim - 1))
        dgamma = (dy * x_hat).sum(axis=axes)
        dbeta = dy.sum(axis=axes)
        dx_hat = dy * self.params["gamma"]
        if training:
            mean = dx_hat.mean(axis=axes)
            slope = (dx_hat * x_hat).mean(axis=axes)
            dx_hat = dx_hat - mean - x_hat * slope
        dx = dx_hat / std
        return dx, {"gamma": dgamma, "beta": dbeta}
