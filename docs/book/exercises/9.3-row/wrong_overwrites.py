"""Exercise 9.3: the gradients of a convolution of a row."""

import numpy as np


def convolve_row_backward(dy, x, w, stride):
    """Return dx and dw of y[p] = sum of w[i] * x[p * stride + i]."""
    dx, dw = np.zeros(len(x)), np.zeros(len(w))
    for p in range(len(dy)):
        for i in range(len(w)):
            dx[p * stride + i] = dy[p] * w[i]
            dw[i] += dy[p] * x[p * stride + i]
    return dx, dw
