"""Exercise 10.3: the way back through max pooling."""

import numpy as np


def max_pool_backward(dy, x, k, stride):
    """Give each dy (n, oh, ow, c) to the first of the largest pixels of its window of x."""
    dx = np.zeros(x.shape)
    for n, p, q, c in np.ndindex(*dy.shape):
        rows = slice(p * stride, p * stride + k)
        columns = slice(q * stride, q * stride + k)
        i, j = np.unravel_index(x[n, rows, columns, c].argmax(), (k, k))
        dx[n, p * stride + i, q * stride + j, c] = dy[n, p, q, c]
    return dx
