"""Exercise 14.4: a strided box blur."""

import numpy as np

from minicnn.layers import Layer


class BoxBlur(Layer):
    """Replace every window of size x size pixels by its mean, channel by channel."""

    def __init__(self, size=3, stride=2):
        super().__init__()
        self.size, self.stride = size, stride

    def forward(self, x, *, training, key):
        """Return the means (n, rows, columns, c), and the shape of x for backward."""
        n, h, w, c = x.shape
        rows = (h - self.size) // self.stride + 1  # (14.5)
        columns = (w - self.size) // self.stride + 1
        y = np.zeros((n, rows, columns, c), x.dtype)
        for i in range(rows):
            for j in range(columns):
                y[:, i, j] = x[self._window(i, j)].mean(axis=(1, 2))
        return y, x.shape

    def backward(self, dy, cache):
        """Give every pixel its share of every window that it is in."""
        dx = np.zeros(cache, dy.dtype)
        for i in range(dy.shape[1]):
            for j in range(dy.shape[2]):
                dx[self._window(i, j)] = dy[:, i : i + 1, j : j + 1] / self.size**2
        return dx, {}

    def _window(self, i, j):
        top, left = i * self.stride, j * self.stride
        return slice(None), slice(top, top + self.size), slice(left, left + self.size)
