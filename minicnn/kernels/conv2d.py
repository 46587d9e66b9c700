"""Convolution as one matrix product: im2col and its adjoint col2im.

A convolution multiplies every window of the image by the same filters. Write each window as
a row, and together they form one matrix (the "columns" of the name). Its product with the filters,
as a matrix of (taps, f), is the convolution. The price is memory: a 5x5 window copies every pixel
25 times. So the product runs over blocks of images whose columns fit into the cache.

Source: Chellapilla, Puri, Simard 2006, "High performance convolutional neural networks for
document processing", section 3.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.matmul import ALONE, matmul, one_blas_thread
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks

__all__ = [
    "Geometry",
    "conv2d_backward_reference",
    "conv2d_im2col",
    "conv2d_im2col_backward",
    "conv2d_reference",
    "col2im",
    "im2col",
    "image_blocks",
    "meetings",
]

#: Bytes of columns in one thread's block, half of a usual L2 cache, and rows that it has at least.
COLUMN_BYTES, ROWS = 2**20, 64
#: Blocks that each thread takes by itself, at least; where there are fewer, all share one product.
#: Each has so many multiplications, or there are fewer blocks: to wake a thread takes as long.
FEWEST, WORTH = 8, 2**19
#: Bytes of columns of such a product.
SHARED_BYTES = 32 * 2**20
#: Numbers that one thread copies at a time.
BLOCK = 2**18


class Geometry(NamedTuple):
    """Sizes of one convolution.

    Attributes
    ----------
    kernel, strides, dilation, before, output : tuple of int
        Height and width of the filters, the steps between windows and between taps, the
        padding above and left of the image, and the output.
    """

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]
    output: tuple[int, int]


def conv2d_reference(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Compute the textbook sum, one tap at a time; (conv2d.1) without the bias."""
    y = np.zeros((len(x), *geometry.output, w.shape[3]), x.dtype)
    for (p, q), (i, j), (row, column) in meetings(x.shape, geometry):
        y[:, p, q] += x[:, row, column] @ w[i, j]
    return y


def conv2d_backward_reference(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx (conv2d.2) and dw (conv2d.3) by the derivative of each product of that loop."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for (p, q), (i, j), (row, column) in meetings(x.shape, geometry):
        dx[:, row, column] += dy[:, p, q] @ w[i, j].T
        dw[i, j] += x[:, row, column].T @ dy[:, p, q]
    return dx, dw


def meetings(
    shape: tuple[int, ...], geometry: Geometry
) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
    """Yield every output (p, q) and tap (i, j), and the pixel of an image where they meet."""
    (kh, kw), (sh, sw), (dh, dw), (ph, pw), (oh, ow) = geometry
    _, h, w, _ = shape
    for p, q, i, j in np.ndindex(oh, ow, kh, kw):
        row, column = p * sh + i * dh - ph, q * sw + j * dw - pw
        if 0 <= row < h and 0 <= column < w:
            yield (p, q), (i, j), (row, column)


@njit(cache=True, nogil=True)
def _im2col(x, columns, kernel, strides, dilation, before, output, start, stop):
    # x (n, h, w, c) -> columns (stop - start, ow, kh, kw, c), for lines start to stop of the
    # outputs of all images; x is zero outside the image.
    (_, h, w, c), length = x.shape, kernel[1] * x.shape[3]
    flat_x, flat_columns = x.reshape(-1), columns.reshape(-1)
    for line in range(start, stop):
        image, p = divmod(line, output[0])
        for i in range(kernel[0]):
            row = p * strides[0] + i * dilation[0] - before[0]
            inside = 0 <= row < h
            for q in range(output[1]):
                column = q * strides[1] - before[1]
                if inside and dilation[1] == 1 and 0 <= column <= w - kernel[1]:
                    # The pixels under a row of taps lie side by side.
                    there = np.uintp((((line - start) * output[1] + q) * kernel[0] + i) * length)
                    here = np.uintp(((image * h + row) * w + column) * c)
                    for k in range(np.uintp(length)):
                        flat_columns[there + k] = flat_x[here + k]
                    continue
                for j in range(kernel[1]):
                    if inside and 0 <= column < w:
                        for k in range(c):
                            columns[line - start, q, i, j, k] = x[image, row, column, k]
                    else:
                        for k in range(c):
                            columns[line - start, q, i, j, k] = 0
                    column += dilation[1]


@njit(cache=True, nogil=True)
def _col2im(columns, dx, kernel, strides, dilation, before, output):
    # The adjoint of _im2col: every copy of a pixel adds its derivative to that pixel.
    (n, h, w, c), length = dx.shape, kernel[1] * dx.shape[3]
    flat_dx, flat_columns = dx.reshape(-1), columns.reshape(-1)
    dx[:] = 0
    for image in range(n):
        for p in range(output[0]):
            for i in range(kernel[0]):
                row = p * strides[0] + i * dilation[0] - before[0]
                if not 0 <= row < h:
                    continue
                for q in range(output[1]):
                    column = q * strides[1] - before[1]
                    if dilation[1] == 1 and 0 <= column <= w - kernel[1]:
                        window = (image * output[0] + p) * output[1] + q
                        here = np.uintp((window * kernel[0] + i) * length)
                        there = np.uintp(((image * h + row) * w + column) * c)
                        for k in range(np.uintp(length)):
                            flat_dx[there + k] += flat_columns[here + k]
                        continue
                    for j in range(kernel[1]):
                        if 0 <= column < w:
                            for k in range(c):
                                dx[image, row, column, k] += columns[image, p, q, i, j, k]
                        column += dilation[1]


def im2col(x: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Write every window of `x` as a row: shape (n * oh * ow, kh * kw * c)."""
    n, c = len(x), x.shape[3]
    (oh, ow), (kh, kw) = geometry.output, geometry.kernel
    columns = new_array((n * oh, ow, kh, kw, c), x.dtype)

    def work(_: int, start: int, stop: int) -> None:
        _im2col(x, columns[start:stop], *geometry, start, stop)

    run_blocks(work, n * oh, max(1, BLOCK // (ow * kh * kw * c)))
    return columns.reshape(n * oh * ow, kh * kw * c)


def col2im(columns: np.ndarray, dx: np.ndarray, geometry: Geometry) -> None:
    """Add every row of `columns` onto the window of `dx` it came from; `dx` starts from zero."""
    n, c = len(dx), dx.shape[3]
    windows = columns.reshape(n, *geometry.output, *geometry.kernel, c)

    def work(_: int, start: int, stop: int) -> None:
        _col2im(windows[start:stop], dx[start:stop], *geometry)

    run_blocks(work, n, 1)


def image_blocks(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> list[tuple[int, int]]:
    """Divide images into blocks whose columns fit into the cache."""
    taps = w[..., 0].size
    bytes_per_image = geometry.output[0] * geometry.output[1] * taps * x.itemsize
    return blocks(len(x), max(1, SHARED_BYTES // bytes_per_image))


def _line_block(lines: int, width: int, filters: np.ndarray) -> int:
    """Lines of outputs in one thread's block: so many that its columns stay in the cache.

    Every block reads all filters (taps, f), so it has some rows in any case. If there would be
    too few blocks for the threads, 0 is returned.
    """
    rows = max(ROWS, COLUMN_BYTES // (len(filters) * filters.itemsize))
    fewest = min(FEWEST, 1 + lines * width * filters.size // WORTH)
    count = max(fewest, -(-lines * width // rows))
    block = -(-lines // count)
    return block if block * width >= ROWS and lines >= fewest else 0


def conv2d_im2col(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, b: np.ndarray | None = None
) -> np.ndarray:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c, f) by im2col and add `b` (f,); (conv2d.1)."""
    x, c, f = np.ascontiguousarray(x), x.shape[3], w.shape[3]
    y = new_array((len(x), *geometry.output, f), x.dtype)
    matrix, (oh, ow) = w.reshape(-1, f), geometry.output
    taps, lines = len(matrix), len(x) * oh
    block, rows = _line_block(lines, ow, matrix), y.reshape(lines, ow, f)

    def work(_: int, start: int, stop: int) -> None:
        columns = np.empty((stop - start, ow, *geometry.kernel, c), x.dtype)
        _im2col(x, columns, *geometry, start, stop)
        out = rows[start:stop].reshape(-1, f)
        np.matmul(columns.reshape(-1, taps), matrix, out=out)
        if b is not None:
            out += b

    if lines * ow * matrix.size <= ALONE:
        work(0, 0, lines)
        return y
    if block:
        with one_blas_thread():
            run_blocks(work, lines, block)
        return y
    for start, stop in image_blocks(x, w, geometry):
        matmul(im2col(x[start:stop], geometry), matrix, out=y[start:stop].reshape(-1, f))
    if b is not None:
        y += b
    return y


def conv2d_im2col_backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry, *, inputs: bool = True
) -> tuple[np.ndarray | None, np.ndarray]:
    """Return dx (conv2d.2), None without `inputs`, and dw (conv2d.3) from dy (n, oh, ow, f).

    The columns are computed a second time, which costs less than keeping them.
    """
    x, dy, f = np.ascontiguousarray(x), np.ascontiguousarray(dy), w.shape[3]
    matrix = w.reshape(-1, f)
    dx = new_array(x.shape, x.dtype) if inputs else None
    dw = np.zeros(matrix.shape, x.dtype)
    for start, stop in image_blocks(x, w, geometry):
        dy_rows = dy[start:stop].reshape(-1, f)
        columns = im2col(x[start:stop], geometry)
        dw += matmul(columns.T, dy_rows)
        if dx is not None:
            # The columns are no longer needed; the derivatives reuse their memory.
            col2im(matmul(dy_rows, matrix.T, out=columns), dx[start:stop], geometry)
    return dx, dw.reshape(w.shape)
