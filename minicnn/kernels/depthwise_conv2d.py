"""Depthwise convolution: every channel has filters of its own.

There is no sum over channels, so there is no matrix product to win: kh * kw multiplications per
output. Where all taps lie inside the image, one row of taps at a time is added to whole vectors
of outputs, whose pixels under a tap lie as they do, side by side. Towards the borders, and for a
few channels at other strides than 1, a loop over the channels goes from tap to tap.

A cell is the smallest group of neighbouring pixels that fills whole vectors: two pixels of eight
channels, if a vector has sixteen numbers. If a channel has m filters, it is repeated m times, and
every copy has one.
"""

import math

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry, meetings
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks
from minicnn.kernels.vectors import DTYPES, lanes, operation

__all__ = [
    "depthwise_conv2d",
    "depthwise_conv2d_backward",
    "depthwise_conv2d_backward_reference",
    "depthwise_conv2d_reference",
]

#: Products that one thread computes at a time, in some tens of microseconds.
BLOCK = 2**20


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


@operation
def _add_row(machine, row, count, x, at, step, column, w, cell, y, place):
    # Adds a row of taps to `count` vectors of outputs, a cell apart. Their pixels are `step`
    # numbers apart, and `column` numbers from those under the next tap.
    numbers = [machine.load(w, cell * j) for j in range(len(row))]

    def add(q, nothing):
        here, there = at + step * q, place + cell * q
        total = machine.load(y, there)
        for j, number in enumerate(numbers):
            total = total + number * machine.load(x, here + column * j)
        machine.store(total, y, there)
        return nothing

    machine.repeat(count, add, [])


@operation
def _add_products(machine, row, count, x, at, step, column, dy, cell, place, total):
    # Adds the gradients of `count` vectors of outputs times the pixels under a row of taps.
    def add(q, sums):
        gradient, here = machine.load(dy, place + cell * q), at + step * q
        return [s + gradient * machine.load(x, here + column * j) for j, s in enumerate(sums)]

    before = [machine.load(total, cell * j) for j in range(len(row))]
    for j, s in enumerate(machine.repeat(count, add, before)):
        machine.store(s, total, cell * j)


@njit(cache=True, nogil=True)
def _inside(geometry, width, c, cell):
    # The first output of a line whose pixels all lie inside the image, and the number of cells
    # from there on.
    kernel, strides, dilation, before, output = geometry
    first = min(output[1], -(-before[1] // strides[1]))
    last = (width - 1 - (kernel[1] - 1) * dilation[1] + before[1]) // strides[1]
    outputs = max(0, min(output[1], last + 1) - first)
    pixels = cell // c
    return first, outputs // pixels if strides[1] == 1 or pixels == 1 else 0


@njit(cache=True, nogil=True)
def _forward(row_of_taps, vector, x, w, y, geometry, start, stop):
    # x (n, h, w, c), w (kh, kw, cell) -> y (n, oh, ow, c), its lines start to stop.
    kernel, strides, dilation, before, output = geometry
    (_, h, width, c), cell = x.shape, w.shape[2]
    flat_x, flat_w, flat_y = x.reshape(-1), w.reshape(-1), y.reshape(-1)
    first, cells = _inside(geometry, width, c, cell)
    after, column = first + cells * (cell // c), dilation[1] * c
    for line in range(start, stop):
        image, p = divmod(line, output[0])
        place = line * output[1] * c
        flat_y[place : place + output[1] * c] = 0
        for i in range(kernel[0]):
            row = p * strides[0] + i * dilation[0] - before[0]
            if not 0 <= row < h:
                continue
            pixels = (image * h + row) * width
            at, there = (pixels + first * strides[1] - before[1]) * c, place + first * c
            step = cell * strides[1]
            for v in range(0, cell, vector):
                taps = flat_w[i * kernel[1] * cell + v :]
                _add_row(
                    row_of_taps, cells, flat_x, at + v, step, column, taps, cell, flat_y, there + v
                )
            for q in range(output[1] - after + first):
                q = q if q < first else q - first + after
                for j in range(kernel[1]):
                    u = q * strides[1] + j * dilation[1] - before[1]
                    if 0 <= u < width:
                        for k in range(c):
                            y[image, p, q, k] += x[image, row, u, k] * w[i, j, k]


@njit(cache=True, nogil=True)
def _input_gradient(dy, w, dx, geometry):
    # The adjoint of _forward: every product adds to the pixel that it came from.
    kernel, strides, dilation, before, output = geometry
    n, h, width, c = dx.shape
    dx[:] = 0
    for image in range(n):
        for p in range(output[0]):
            for q in range(output[1]):
                for i in range(kernel[0]):
                    row = p * strides[0] + i * dilation[0] - before[0]
                    for j in range(kernel[1]):
                        u = q * strides[1] + j * dilation[1] - before[1]
                        if 0 <= row < h and 0 <= u < width:
                            for k in range(c):
                                dx[image, row, u, k] += dy[image, p, q, k] * w[i, j, k]


@njit(cache=True, nogil=True)
def _add_kernel_gradient(row_of_taps, vector, dy, x, total, geometry, start, stop):
    # total (kh, kw, cell) float64: the sum over the lines start to stop.
    kernel, strides, dilation, before, output = geometry
    (_, h, width, c), cell = x.shape, total.shape[2]
    flat_x, flat_dy = x.reshape(-1), dy.reshape(-1)
    first, cells = _inside(geometry, width, c, cell)
    after, column = first + cells * (cell // c), dilation[1] * c
    for i in range(kernel[0]):
        # In the numbers' own precision over one line at a time.
        sums = np.empty(kernel[1] * cell, x.dtype)
        for line in range(start, stop):
            image, p = divmod(line, output[0])
            row = p * strides[0] + i * dilation[0] - before[0]
            if not 0 <= row < h:
                continue
            pixels = (image * h + row) * width
            at = (pixels + first * strides[1] - before[1]) * c
            there, step = (line * output[1] + first) * c, cell * strides[1]
            sums[:] = 0
            for v in range(0, cell, vector):
                _add_products(
                    row_of_taps, cells, flat_x, at + v, step, column, flat_dy, cell, there + v,
                    sums[v:],
                )  # fmt: skip
            for q in range(output[1] - after + first):
                q = q if q < first else q - first + after
                for j in range(kernel[1]):
                    u = q * strides[1] + j * dilation[1] - before[1]
                    if 0 <= u < width:
                        for k in range(c):
                            sums[j * cell + k] += x[image, row, u, k] * dy[image, p, q, k]
            own = total[i].reshape(-1)
            for k in range(sums.size):
                own[k] += sums[k]


def depthwise_conv2d(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Convolve every channel of `x` (n, h, w, c) with its filters `w` (kh, kw, c, m).

    (depthwise_conv2d.1) without the bias.

    Returns
    -------
    ndarray, shape (n, oh, ow, c * m)
    """
    if x.dtype not in DTYPES:
        return depthwise_conv2d_reference(x, w, geometry)
    return _convolve(*_repeated(x, w), geometry)


def _convolve(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c)."""
    vector, row = lanes(x.dtype), (0,) * w.shape[1]
    along = _along_cell(w, vector)
    y = new_array((len(x), *geometry.output, x.shape[3]), x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _forward(row, vector, x, along, y, geometry, start, stop)

    run_blocks(work, len(x) * geometry.output[0], _lines(w, geometry))
    return y


def depthwise_conv2d_backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx (depthwise_conv2d.2) and dw (depthwise_conv2d.3) from dy (n, oh, ow, c * m)."""
    if x.dtype not in DTYPES:
        return depthwise_conv2d_backward_reference(dy, x, w, geometry)
    images, channels, shape = x.shape, x.shape[3], w.shape
    dy = np.ascontiguousarray(dy, x.dtype)
    x, w = _repeated(x, w)
    dx = _gradient_of_input(dy, w, x.shape, geometry)
    if shape[3] > 1:
        dx = dx.reshape(*images[:3], channels, shape[3]).sum(axis=-1)
    return dx, _gradient_of_kernel(dy, x, w, geometry).reshape(shape)


def _gradient_of_input(
    dy: np.ndarray, w: np.ndarray, images: tuple[int, ...], geometry: Geometry
) -> np.ndarray:
    if geometry.strides == (1, 1):
        # A pixel meets the taps in the reverse order.
        reach = [(k - 1) * d for k, d in zip(geometry.kernel, geometry.dilation, strict=True)]
        before = (reach[0] - geometry.before[0], reach[1] - geometry.before[1])
        adjoint = geometry._replace(before=before, output=(images[1], images[2]))
        return _convolve(dy, w[::-1, ::-1], adjoint)
    dx = new_array(images, dy.dtype)

    def scatter(_: int, start: int, stop: int) -> None:
        _input_gradient(dy[start:stop], w, dx[start:stop], geometry)

    run_blocks(scatter, len(dx), 1)
    return dx


def _gradient_of_kernel(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> np.ndarray:
    vector, channels = lanes(x.dtype), x.shape[3]
    lines, block = len(x) * geometry.output[0], _lines(w, geometry)
    cell, row = math.lcm(channels, vector), (0,) * w.shape[1]
    totals = np.zeros((len(blocks(lines, block)), *w.shape[:2], cell))

    def add(index: int, start: int, stop: int) -> None:
        _add_kernel_gradient(row, vector, dy, x, totals[index], geometry, start, stop)

    run_blocks(add, lines, block)
    of_pixels = totals.sum(axis=0).reshape(*w.shape[:2], cell // channels, channels)
    return of_pixels.sum(axis=2).astype(x.dtype)


def _repeated(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Repeat every channel for each of its filters: (n, h, w, c * m) and (kh, kw, c * m)."""
    images = np.repeat(x, w.shape[3], axis=3) if w.shape[3] > 1 else x
    filters = w.reshape(*w.shape[:2], -1)
    return np.ascontiguousarray(images), np.ascontiguousarray(filters, x.dtype)


def _along_cell(w: np.ndarray, vector: int) -> np.ndarray:
    """Repeat `w` (kh, kw, c) for the pixels of a cell: (kh, kw, cell)."""
    pixels = math.lcm(w.shape[2], vector) // w.shape[2]
    return np.ascontiguousarray(np.tile(w, pixels))


def _lines(w: np.ndarray, geometry: Geometry) -> int:
    """Lines of the output that make one block."""
    return max(1, BLOCK // (geometry.output[1] * w.size))
