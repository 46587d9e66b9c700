"""Exercise 12.3: dropout for a given mask."""

import numpy as np


def dropout(x, keep, rate):
    """Return (12.1): zero where `keep` is False, scaled elsewhere."""
    if rate == 1:
        return np.zeros_like(x)
    return np.where(keep, x / (1 - rate), 0)


def dropout_backward(dy, keep, rate):
    """Return (12.4): backward multiplies by the same factors."""
    return dropout(dy, keep, rate)
