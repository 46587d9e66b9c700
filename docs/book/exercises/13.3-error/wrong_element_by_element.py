"""Exercise 13.3: the error of a gradient check."""

import numpy as np


def error(claimed, measured):
    """Return (13.4): the largest difference relative to the largest value; 0 if all are 0."""
    size = np.maximum(np.abs(claimed), np.abs(measured)) + 1e-12
    return np.max(np.abs(claimed - measured) / size)
