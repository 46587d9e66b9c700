"""Exercise 14.3: layer normalisation over the last axis."""

import numpy as np

from minicnn.layers import Layer


class LayerNorm(Layer):
    """Give every sample mean 0 and variance 1 over its last axis, then scale and shift."""

    def __init__(self, epsilon=1e-3):
        super().__init__()
        self.epsilon = epsilon

    def build(self, input_shape, rng):
        """Create gamma, all ones, and beta, all zeros."""
        self.params["gamma"] = np.ones(input_shape[-1:], self.dtype)
        self.params["beta"] = np.zeros(input_shape[-1:], self.dtype)

    def forward(self, x, *, training, key):
        """Return (14.2) and what backward needs."""
        deviation = x - x.mean(axis=-1, keepdims=True)
        std = np.sqrt(np.mean(deviation**2, axis=-1, keepdims=True)) + np.sqrt(self.epsilon)
        normalised = deviation / std
        return self.params["gamma"] * normalised + self.params["beta"], (normalised, std)

    def backward(self, dy, cache):
        """Return (14.4), and (14.3) by name."""
        normalised, std = cache
        d = dy * self.params["gamma"]
        along = np.mean(d * normalised, axis=-1, keepdims=True)
        dx = (d - d.mean(axis=-1, keepdims=True) - normalised * along) / std
        samples = tuple(range(dy.ndim - 1))
        return dx, {"gamma": np.sum(dy * normalised, samples), "beta": np.sum(dy, samples)}
