"""Exercise 4.3: the leaky ReLU."""

import numpy as np


def leaky_relu(x, a):
    """Return x where it is positive, and a x elsewhere."""
    return np.zeros_like(x)


def leaky_relu_backward(dy, x, a):
    """Return dx; at 0 the left slope counts."""
    return np.zeros_like(dy)
