"""A leaky ReLU: x above zero, slope x below; a slope of 0 makes it a plain ReLU."""

import numpy as np

from minicnn.layers import Layer


class MyReLU(Layer):
    def __init__(self, slope=0.0, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def forward(self, x, *, training, key):
        above = x > 0
        y = np.where(above, x, self.slope * x)
        return y, above

    def backward(self, dy, cache):
        above = cache
        dx = np.where(above, dy, self.slope * dy)
        return dx, {}
