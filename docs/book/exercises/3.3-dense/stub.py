"""Exercise 3.3: a dense layer."""

import numpy as np


def dense(x, w, b):
    """Return x w + b for x of shape (n, d), w of shape (d, f) and b of shape (f,)."""
    return np.zeros((len(x), len(b)))


def dense_backward(dy, x, w):
    """Return dx, dw, db for dy of shape (n, f)."""
    return np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
