"""Exercise 1.3: the slope of a function with respect to every element of an array."""

import numpy as np


def slopes(f, x, h):
    """Return the centred difference of f for each element of x; x stays as it is.

    f takes an array of the shape of x and returns one number.
    """
    result = np.zeros_like(x)
    # For every element: step up, step down, put it back.
    return result
