"""Exercise 11.3: the gradient of batch normalisation."""

import numpy as np


def batch_norm_backward(dy, x, gamma, epsilon):
    """Return dx (m, c), dgamma (c,) and dbeta (c,) by (11.4), (11.5) and (11.11)."""
    s = 1 / np.sqrt(x.var(axis=0) + epsilon)
    xhat = (x - x.mean(axis=0)) * s
    dbeta, dgamma = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    return gamma * s * dy, dgamma, dbeta
