"""Exercise 8.3: convolve a row, with stride and padding."""

import numpy as np


def convolve_row(x, w, stride, before, after):
    """Slide w over x, with zeros added on both sides.

    x and w are one-dimensional arrays; before and after are numbers of zeros.
    """
    return np.zeros(len(x))
