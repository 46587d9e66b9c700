"""The same convolution as one matrix product: every row of `columns` is a patch of an image."""

import numpy as np

from minicnn.layers import Layer


def im2col(x, k):
    """Return the patches, shape (n * oh * ow, k * k * c)."""
    n, h, w, c = x.shape
    oh, ow = h - k + 1, w - k + 1
    columns = np.empty((k, k, n, oh, ow, c), x.dtype)
    for i in range(k):
        for j in range(k):
            columns[i, j] = x[:, i : i + oh, j : j + ow]
    columns = columns.transpose(2, 3, 4, 0, 1, 5)
    return columns.reshape(n * oh * ow, k * k * c)


def col2im(columns, shape, k):
    """Add the patches up where they came from: the transpose of im2col."""
    n, h, w, c = shape
    oh, ow = h - k + 1, w - k + 1
    columns = columns.reshape(n, oh, ow, k, k, c)
    columns = columns.transpose(3, 4, 0, 1, 2, 5)
    x = np.zeros(shape, columns.dtype)
    for i in range(k):
        for j in range(k):
            x[:, i : i + oh, j : j + ow] += columns[i, j]
    return x


class MyIm2colConv2D(Layer):
    def __init__(self, filters, size=3, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.size = size

    def build(self, input_shape, rng):
        c = input_shape[-1]
        limit = np.sqrt(6 / (self.size**2 * (c + self.filters)))
        shape = (self.size, self.size, c, self.filters)
        self.params["kernel"] = rng.uniform(-limit, limit, shape)
        self.params["bias"] = np.zeros(self.filters)

    def forward(self, x, *, training, key):
        n, h, w, c = x.shape
        oh, ow = h - self.size + 1, w - self.size + 1
        columns = im2col(x, self.size)
        y = columns @ self.params["kernel"].reshape(-1, self.filters) + self.params["bias"]
        y = y.reshape(n, oh, ow, self.filters)
        return y, (columns, x.shape)

    def backward(self, dy, cache):
        columns, shape = cache
        dy = dy.reshape(-1, self.filters)
        dw = (columns.T @ dy).reshape(self.params["kernel"].shape)
        dcolumns = dy @ self.params["kernel"].reshape(-1, self.filters).T
        dx = col2im(dcolumns, shape, self.size)
        return dx, {"kernel": dw, "bias": dy.sum(axis=0)}
