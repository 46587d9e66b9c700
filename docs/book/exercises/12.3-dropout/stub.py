"""Exercise 12.3: dropout for a given mask."""

import numpy as np


def dropout(x, keep, rate):
    """Return (12.1): zero where `keep` is False, scaled elsewhere."""
    return np.zeros_like(x)


def dropout_backward(dy, keep, rate):
    """Return (12.4)."""
    return np.zeros_like(dy)
