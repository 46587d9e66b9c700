"""Exercise 4.4: a sigmoid without overflow."""

import numpy as np


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) for any x, without a warning."""
    return np.zeros_like(x)


def sigmoid_backward(dy, y):
    """Return dx from the output y."""
    return np.zeros_like(dy)
