"""Exercise 1.4: the order of a difference."""

import numpy as np


def order(difference, f, slope, x):
    """Return p, where the error of difference(f, x, h) falls like h to the power p."""
    coarse = abs(difference(f, x, 1e-2) - slope)
    fine = abs(difference(f, x, 1e-3) - slope)
    return np.log(coarse / fine)
