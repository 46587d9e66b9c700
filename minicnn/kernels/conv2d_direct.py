"""Convolution as its formula is written: one tap after the other, without copying windows.

For a tap (i, j), every output adds the pixel under it times the tap's matrix of (c, f) numbers;
(conv2d.1). Where few images meet large filters, the time is that of reading the filters. A
product of matrices first copies them into the order that its innermost loop wants, which pays if
many rows use the copy. Here the loop takes them as they lie. Taps over the padding are left out,
a third of all products for 5x5 filters on 6x6 images.

The innermost loop keeps the sums of a few neighbouring pixels and of one panel of filters in
registers. For each channel it loads the panel's vectors and multiplies them by one number of each
pixel (Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication").
"""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.memory import aligned_array
from minicnn.kernels.threads import blocks, run_blocks
from minicnn.kernels.vectors import VECTOR_BYTES, lanes, operation

__all__ = ["conv2d_direct", "conv2d_direct_reference"]

#: Neighbouring pixels of one run of the innermost loop, at most, and vectors of a panel. Their
#: sums and what is loaded fill the registers: 32 of 64 bytes, or 16 of fewer.
PIXELS, VECTORS = 6, 4 if VECTOR_BYTES == 64 else 2
#: A kernel is compiled for each number of pixels.
_ONE, _TWO, _THREE, _FOUR, _FIVE, _SIX = ((0,) * count for count in range(1, PIXELS + 1))
#: Multiplications of a thread at a time: a quarter of a millisecond or so.
PIECE = 2**24
#: Bytes of pixels and outputs that all taps of a panel pass over: part of an L2 cache.
CACHED = 2**19
#: Outputs in a line from which on a whole row of taps is taken at a time.
WHOLE = 2 * PIXELS


def conv2d_direct_reference(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Add the product of one tap after the other to all outputs; (conv2d.1) without the bias."""
    kernel, strides, dilation, before, (oh, ow) = geometry
    after = np.multiply(strides, (oh, ow)) + np.multiply(dilation, kernel)  # as much as may be read
    padded = np.pad(x, [(0, 0), *zip(before, after, strict=True), (0, 0)])
    y = np.zeros((len(x), oh, ow, w.shape[3]), x.dtype)
    for i, j in np.ndindex(kernel):
        pixels = padded[:, i * dilation[0] :: strides[0], j * dilation[1] :: strides[1]]
        y += pixels[:, :oh, :ow] @ w[i, j]
    return y


@operation
def _add_tap(machine, pixels, panel, x, at, step, channels, w, begin, filters, y, place):
    # Adds one tap to a panel of neighbouring outputs, whose pixels are `step` numbers apart.
    n, width = len(pixels), len(panel)

    def add(k, sums):
        row = begin + k * filters
        vectors = [machine.load(w, row + v * machine.lanes) for v in range(width)]
        added = []
        for p in range(n):
            number = machine.broadcast(x, at + k + step * p)
            own = sums[p * width : (p + 1) * width]
            added += [one + number * vector for one, vector in zip(own, vectors, strict=True)]
        return added

    sums = machine.repeat(channels, add, [machine.zero(y)] * (n * width))
    for number, vector in enumerate(sums):
        there = place + filters * (number // width) + number % width * machine.lanes
        machine.store(machine.load(y, there) + vector, y, there)


@njit(cache=True, nogil=True)
def _add_line(panel, count, x, at, step, channels, w, begin, filters, y, place):
    # `count` neighbouring outputs, in runs of as equal lengths as can be.
    runs = -(-count // PIXELS)
    for run in range(runs):
        size = (count + run) // runs
        if size == 6:
            _add_tap(_SIX, panel, x, at, step, channels, w, begin, filters, y, place)
        elif size == 5:
            _add_tap(_FIVE, panel, x, at, step, channels, w, begin, filters, y, place)
        elif size == 4:
            _add_tap(_FOUR, panel, x, at, step, channels, w, begin, filters, y, place)
        elif size == 3:
            _add_tap(_THREE, panel, x, at, step, channels, w, begin, filters, y, place)
        elif size == 2:
            _add_tap(_TWO, panel, x, at, step, channels, w, begin, filters, y, place)
        else:
            _add_tap(_ONE, panel, x, at, step, channels, w, begin, filters, y, place)
        at += size * step
        place += size * filters


@njit(cache=True, nogil=True)
def _add_lines(panel, x, w, y, geometry, tap, channels, first, begin, end, start, stop):
    # Adds `channels` numbers of filters from tap (i, j) on to outputs begin to end of every line.
    strides, dilation, before = geometry
    (i, j), (_, h, wide, c), (_, oh, ow, f) = tap, x.shape, y.shape
    flat_x, flat_w, flat_y = x.reshape(-1), w.reshape(-1), y.reshape(-1)
    place_of_tap = (i * w.shape[1] + j) * c * f + first
    column = begin * strides[1] + j * dilation[1] - before[1]
    for line in range(start, stop):
        image, p = divmod(line, oh)
        row = p * strides[0] + i * dilation[0] - before[0]
        if 0 <= row < h and begin < end:
            at, place = ((image * h + row) * wide + column) * c, (line * ow + begin) * f + first
            _add_line(
                panel, end - begin, flat_x, at, strides[1] * c, channels, flat_w, place_of_tap, f,
                flat_y, place,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _direct(panel, width, x, w, b, y, geometry, first, start, stop):
    # Filters first to first + width, lines start to stop of the outputs of all images.
    strides, dilation, before = geometry
    (kh, kw, c), wide, ow = w.shape[:3], x.shape[2], y.shape[2]
    for line in range(start, stop):
        image, p = divmod(line, y.shape[1])
        for q in range(ow):
            for k in range(first, first + width):
                y[image, p, q, k] = b[k]
    # Outputs whose pixels under all taps of a row are inside of the image. These pixels are
    # neighbours, as are the filters' numbers for them.
    inner = -(-before[1] // strides[1])
    outer = min(ow, (wide - kw + before[1]) // strides[1] + 1)
    whole = dilation[1] == 1 and outer - inner >= WHOLE
    if not whole:
        inner = outer = ow
    for i in range(kh):
        if whole:
            _add_lines(panel, x, w, y, geometry, (i, 0), kw * c, first, inner, outer, start, stop)
        for j in range(kw):
            left = j * dilation[1] - before[1]
            begin = max(0, -(left // strides[1]))
            end = min(ow, (wide - 1 - left) // strides[1] + 1)
            middle = min(inner, end)
            _add_lines(panel, x, w, y, geometry, (i, j), c, first, begin, middle, start, stop)
            _add_lines(
                panel, x, w, y, geometry, (i, j), c, first, max(begin, outer), end, start, stop
            )


def conv2d_direct(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, b: np.ndarray | None = None
) -> np.ndarray:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c, f) tap by tap and add `b` (f,); (conv2d.1)."""
    filters = w.shape[3]
    vector = lanes(x.dtype)
    missing = -filters % vector
    if missing:  # of the last vector
        w = np.pad(w, [(0, 0)] * 3 + [(0, missing)])
    x, w, f = np.ascontiguousarray(x), np.ascontiguousarray(w), filters + missing
    shift = np.zeros(f, x.dtype)
    if b is not None:
        shift[:filters] = b
    y = aligned_array((len(x), *geometry.output, f), x.dtype)
    panels, widest, lines = (
        blocks(f, VECTORS * vector),
        VECTORS * vector,
        len(x) * geometry.output[0],
    )
    per_line = geometry.output[1] * w[..., 0].size * widest
    cached = geometry.output[1] * (x.shape[3] + widest) * x.itemsize
    block = max(1, min(PIECE // max(1, per_line), CACHED // max(1, cached)))
    parts = blocks(lines, block)
    taken = geometry.strides, geometry.dilation, geometry.before

    def work(_: int, start: int, stop: int) -> None:
        for number in range(start, stop):
            # Neighbouring tasks share their filters.
            (first, last), lines_of_part = panels[number // len(parts)], parts[number % len(parts)]
            vectors = (0,) * ((last - first) // vector)
            _direct(vectors, last - first, x, w, shift, y, taken, first, *lines_of_part)

    run_blocks(work, len(panels) * len(parts), 1)
    return np.ascontiguousarray(y[..., :filters]) if missing else y
