"""Depthwise convolution: every channel has filters of its own.

There is no sum over channels, so there is no matrix product to win: kh * kw multiplications per
output. The loops run over the taps of a window, with the channels innermost. If a channel has m
filters, it is repeated m times, and every copy has one.
"""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry, meetings
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks

__all__ = [
    "depthwise_conv2d",
    "depthwise_conv2d_backward",
    "depthwise_conv2d_backward_reference",
    "depthwise_conv2d_reference",
]

#: Products that one thread computes at a time.
BLOCK = 2**18


def depthwise_conv2d_reference(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Compute the textbook sum, one tap at a time; (depthwise_conv2d.1) without the bias."""
    y = np.zeros((len(x), *geometry.output, *w.shape[2:]), x.dtype)
    for (p, q), (i, j), (row, column) in meetings(x.shape, geometry):
        y[:, p, q] += x[:, row, column, :, None] * w[i, j]
    return y.reshape(*y.shape[:3], -1)


def depthwise_conv2d_backward_reference(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx and dw by the derivative of each product of that loop."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    dy = dy.reshape(*dy.shape[:3], *w.shape[2:])
    for (p, q), (i, j), (row, column) in meetings(x.shape, geometry):
        dx[:, row, column] += (dy[:, p, q] * w[i, j]).sum(axis=-1)
        dw[i, j] += (x[:, row, column, :, None] * dy[:, p, q]).sum(axis=0)
    return dx, dw


@njit(cache=True, nogil=True)
def _forward(x, w, y, kernel, strides, dilation, before, output, start, stop):
    # x (n, h, w, c), w (kh, kw, c) -> y (n, oh, ow, c), its lines start to stop.
    _, h, width, c = x.shape
    for line in range(start, stop):
        image, p = divmod(line, output[0])
        for q in range(output[1]):
            for k in range(c):
                y[image, p, q, k] = 0
            for i in range(kernel[0]):
                row = p * strides[0] + i * dilation[0] - before[0]
                for j in range(kernel[1]):
                    column = q * strides[1] + j * dilation[1] - before[1]
                    if 0 <= row < h and 0 <= column < width:
                        for k in range(c):
                            y[image, p, q, k] += x[image, row, column, k] * w[i, j, k]


@njit(cache=True, nogil=True)
def _input_gradient(dy, w, dx, kernel, strides, dilation, before, output):
    # The adjoint of _forward: every product adds to the pixel that it came from.
    n, h, width, c = dx.shape
    dx[:] = 0
    for image in range(n):
        for p in range(output[0]):
            for q in range(output[1]):
                for i in range(kernel[0]):
                    row = p * strides[0] + i * dilation[0] - before[0]
                    for j in range(kernel[1]):
                        column = q * strides[1] + j * dilation[1] - before[1]
                        if 0 <= row < h and 0 <= column < width:
                            for k in range(c):
                                dx[image, row, column, k] += dy[image, p, q, k] * w[i, j, k]


@njit(cache=True, nogil=True)
def _add_kernel_gradient(dy, x, total, kernel, strides, dilation, before, output, start, stop):
    # total (kh, kw, c) float64: the sum over the lines start to stop.
    _, h, width, c = x.shape
    for line in range(start, stop):
        image, p = divmod(line, output[0])
        for q in range(output[1]):
            for i in range(kernel[0]):
                row = p * strides[0] + i * dilation[0] - before[0]
                for j in range(kernel[1]):
                    column = q * strides[1] + j * dilation[1] - before[1]
                    if 0 <= row < h and 0 <= column < width:
                        for k in range(c):
                            total[i, j, k] += x[image, row, column, k] * dy[image, p, q, k]


def depthwise_conv2d(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Convolve every channel of `x` (n, h, w, c) with its filters `w` (kh, kw, c, m).

    (depthwise_conv2d.1) without the bias.

    Returns
    -------
    ndarray, shape (n, oh, ow, c * m)
    """
    x, w = _repeated(x, w)
    y = new_array((len(x), *geometry.output, x.shape[3]), x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _forward(x, w, y, *geometry, start, stop)

    run_blocks(work, len(x) * geometry.output[0], _lines(w, geometry))
    return y


def depthwise_conv2d_backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx (depthwise_conv2d.2) and dw (depthwise_conv2d.3) from dy (n, oh, ow, c * m)."""
    images, channels, shape = x.shape, x.shape[3], w.shape
    dy = np.ascontiguousarray(dy)
    x, w = _repeated(x, w)
    dx = new_array(x.shape, x.dtype)

    def scatter(_: int, start: int, stop: int) -> None:
        _input_gradient(dy[start:stop], w, dx[start:stop], *geometry)

    run_blocks(scatter, len(x), 1)

    lines, block = len(x) * geometry.output[0], _lines(w, geometry)
    totals = np.zeros((len(blocks(lines, block)), *w.shape))

    def add(index: int, start: int, stop: int) -> None:
        _add_kernel_gradient(dy, x, totals[index], *geometry, start, stop)

    run_blocks(add, lines, block)
    dw = totals.sum(axis=0).astype(x.dtype).reshape(shape)
    if shape[3] > 1:
        dx = dx.reshape(*images[:3], channels, shape[3]).sum(axis=-1)
    return dx, dw


def _repeated(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat every channel for each of its filters: (n, h, w, c * m) and (kh, kw, c * m)."""
    images = np.repeat(x, w.shape[3], axis=3) if w.shape[3] > 1 else x
    filters = w.reshape(*w.shape[:2], -1)
    return np.ascontiguousarray(images), np.ascontiguousarray(filters)


def _lines(w: np.ndarray, geometry: Geometry) -> int:
    """Lines of the output that make one block."""
    return max(1, BLOCK // (geometry.output[1] * w.size))
