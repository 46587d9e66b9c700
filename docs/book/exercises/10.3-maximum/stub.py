"""Exercise 10.3: the way back through max pooling."""

import numpy as np


def max_pool_backward(dy, x, k, stride):
    """Give each dy (n, oh, ow, c) to the first of the largest pixels of its window of x.

    x has the shape (n, h, w, c); windows of k x k pixels move by stride, without padding.
    """
    return np.zeros(x.shape)
