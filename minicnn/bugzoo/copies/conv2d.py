"""A convolution of images (n, h, w, c) with a kernel (k, k, c, f): a loop over the kernel."""

import numpy as np

from minicnn.layers import Layer


class MyConv2D(Layer):
    def __init__(self, filters, size=3, stride=1, padding=0, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.size = size
        self.stride = stride
        self.padding = padding

    def build(self, input_shape, rng):
        c = input_shape[-1]
        limit = np.sqrt(6 / (self.size**2 * (c + self.filters)))
        shape = (self.size, self.size, c, self.filters)
        self.params["kernel"] = rng.uniform(-limit, limit, shape)
        self.params["bias"] = np.zeros(self.filters)

    def forward(self, x, *, training, key):
        kernel, k, s, p = self.params["kernel"], self.size, self.stride, self.padding
        x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
        n, h, w, c = x.shape
        oh = (h - k) // s + 1
        ow = (w - k) // s + 1
        y = np.zeros((n, oh, ow, self.filters), x.dtype)
        for i in range(k):
            for j in range(k):
                y += x[:, i : i + s * oh : s, j : j + s * ow : s] @ kernel[i, j]
        return y + self.params["bias"], x

    def backward(self, dy, cache):
        x, kernel, k, s, p = cache, self.params["kernel"], self.size, self.stride, self.padding
        n, h, w, c = x.shape
        oh, ow = dy.shape[1:3]
        dx = np.zeros_like(x)
        dw = np.zeros_like(kernel, dtype=x.dtype)
        for i in range(k):
            for j in range(k):
                patch = x[:, i : i + s * oh : s, j : j + s * ow : s]
                dw[i, j] = np.tensordot(patch, dy, axes=([0, 1, 2], [0, 1, 2]))
                dx[:, i : i + s * oh : s, j : j + s * ow : s] += dy @ kernel[i, j].T
        dx = dx[:, p : h - p, p : w - p]
        db = dy.sum(axis=(0, 1, 2))
        return dx, {"kernel": dw, "bias": db}
