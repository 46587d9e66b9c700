"""Exercise 11.3: the gradient of batch normalisation."""

import numpy as np


def batch_norm_backward(dy, x, gamma, epsilon):
    """Return dx (m, c), dgamma (c,) and dbeta (c,) by (11.4), (11.5) and (11.11)."""
    return np.zeros(x.shape), np.zeros(x.shape[1]), np.zeros(x.shape[1])
