"""The maximum of every window; the first of several equal ones gets the derivative."""

import numpy as np

from minicnn.layers import Layer


class MyMaxPooling2D(Layer):
    def __init__(self, size=2, stride=2, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.stride = stride

    def forward(self, x, *, training, key):
        k, s = self.size, self.stride
        n, h, w, c = x.shape
        oh, ow = (h - k) // s + 1, (w - k) // s + 1
        y = np.empty((n, oh, ow, c), x.dtype)
        for i in range(oh):
            for j in range(ow):
                y[:, i, j] = x[:, i * s : i * s + k, j * s : j * s + k].max(axis=(1, 2))
        return y, x

    def backward(self, dy, cache):
        x, k, s = cache, self.size, self.stride
        n, h, w, c = x.shape
        oh, ow = dy.shape[1:3]
        dx = np.zeros_like(x)
        for i in range(oh):
            for j in range(ow):
                window = x[:, i * s : i * s + k, j * s : j * s + k].reshape(n, k * k, c)
                first = window.argmax(axis=1)[:, None]
                winner = np.arange(k * k)[:, None] == first
                share = winner.reshape(n, k, k, c) * dy[:, i, j][:, None, None]
                dx[:, i * s : i * s + k, j * s : j * s + k] += share
        return dx, {}
