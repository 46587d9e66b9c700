"""Exercise 4.4: a sigmoid without overflow."""

import numpy as np


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) for any x, without a warning."""
    e = np.exp(-np.abs(x))
    return np.where(x > 0, 1, e) / (1 + e)


def sigmoid_backward(dy, y):
    """Return dx from the output y."""
    return dy * y * (1 - y)
