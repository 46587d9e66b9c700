"""Exercise 9.4: im2col and its adjoint."""

import numpy as np


def im2col(x, kh, kw):
    """Return the windows of images (n, h, w, c) as rows: (n * oh * ow, kh * kw * c)."""
    n, h, w, c = x.shape
    oh, ow = h - kh + 1, w - kw + 1
    columns = np.zeros((n, oh, ow, kh, kw, c))
    for i, j in np.ndindex(kh, kw):
        columns[:, :, :, i, j] = x[:, i : i + oh, j : j + ow]
    return columns.reshape(n * oh * ow, kh * kw * c)


def col2im(columns, shape, kh, kw):
    """Add each row onto the window of images of a shape (n, h, w, c) that it came from."""
    n, h, w, c = shape
    oh, ow = h - kh + 1, w - kw + 1
    columns = columns.reshape(n, oh, ow, kh, kw, c)
    dx = np.zeros(shape)
    for i, j in np.ndindex(kh, kw):
        dx[:, i : i + oh, j : j + ow] = columns[:, :, :, i, j]
    return dx
