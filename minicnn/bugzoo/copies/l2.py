"""A penalty on large weights: R(w) = factor * sum of w^2."""

import numpy as np

from minicnn.regularizers import Regularizer


class MyL2(Regularizer):
    def __init__(self, factor=0.01):
        self.factor = factor

    def __call__(self, w):
        return self.factor * float(np.sum(w**2))

    def gradient(self, w):
        return 2 * self.factor * w
