"""Exercise 10.4: average pooling that keeps the size."""

import numpy as np


def average_pool(x, k):
    """Return the mean of the pixels within each window of k x k around a pixel of x (h, w).

    k is odd. Windows reach over the border; only the pixels that are there count.
    """
    return np.zeros(x.shape)
