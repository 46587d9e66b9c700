"""Dropout: in training, a share `rate` of the numbers becomes zero, and the others grow."""

import numpy as np

from minicnn.layers import Layer
from minicnn.random import as_key


class MyDropout(Layer):
    def __init__(self, rate=0.3, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate

    def mask(self, key, shape):
        key = as_key(key, shape[0])
        rng = np.random.default_rng([key.seed, key.step, key.stream])
        return rng.random(shape) >= self.rate

    def forward(self, x, *, training, key):
        if not training:
            return x, None
        mask = self.mask(key, x.shape)
        y = x * mask / (1 - self.rate)
        return y, mask

    def backward(self, dy, cache):
        mask = cache
        if mask is None:
            return dy, {}
        dx = dy * mask / (1 - self.rate)
        return dx, {}
