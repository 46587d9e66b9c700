"""Exercise 13.3: the error of a gradient check."""

import numpy as np


def error(claimed, measured):
    """Return (13.4): the largest difference relative to the largest value; 0 if all are 0."""
    difference = np.max(np.abs(claimed - measured))
    size = np.max(np.abs(claimed)) or 1.0
    return 0.0 if size == 0 else difference / size
