"""Exercise 13.3: the error of a gradient check."""

import numpy as np


def error(claimed, measured):
    """Return (13.4): the largest difference relative to the largest value; 0 if all are 0."""
    difference = np.nanmax(np.abs(claimed - measured), initial=0.0)
    size = max(np.nanmax(np.abs(claimed), initial=0.0), np.max(np.abs(measured)))
    return 0.0 if size == 0 else difference / size
