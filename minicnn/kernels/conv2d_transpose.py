"""The adjoint of a convolution as a layer of its own, by im2col and col2im.

See :mod:`minicnn.kernels.conv2d`. What is the input there is the output here, so the geometry is
that of a convolution of the larger image.
"""

import numpy as np

from minicnn.kernels.conv2d import Geometry, col2im, im2col, image_blocks
from minicnn.kernels.matmul import matmul
from minicnn.kernels.memory import new_array

__all__ = ["conv2d_transpose", "conv2d_transpose_backward"]


def conv2d_transpose(
    x: np.ndarray, w: np.ndarray, geometry: Geometry, size: tuple[int, int]
) -> np.ndarray:
    """Add every pixel, times the filters, onto its window; (conv2d_transpose.1) without the bias.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    w : ndarray, shape (kh, kw, f, c)
    geometry : Geometry
        Of the convolution from images of `size` to h x w.
    size : tuple of int
        Height and width of the result.

    Returns
    -------
    ndarray, shape (n, *size, f)
    """
    x, c = np.ascontiguousarray(x), w.shape[3]
    y = new_array((len(x), *size, w.shape[2]), x.dtype)
    matrix = w.reshape(-1, c)
    for start, stop in image_blocks(y, w, geometry):
        columns = matmul(x[start:stop].reshape(-1, c), matrix.T)
        col2im(columns, y[start:stop], geometry)
    return y


def conv2d_transpose_backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx (conv2d_transpose.2) and dw (conv2d_transpose.3) from dy (n, oh, ow, f)."""
    x, dy, c = np.ascontiguousarray(x), np.ascontiguousarray(dy), w.shape[3]
    matrix = w.reshape(-1, c)
    dx = new_array(x.shape, x.dtype)
    dw = np.zeros(matrix.shape, x.dtype)
    for start, stop in image_blocks(dy, w, geometry):
        columns = im2col(dy[start:stop], geometry)
        matmul(columns, matrix, out=dx[start:stop].reshape(-1, c))
        dw += matmul(columns.T, x[start:stop].reshape(-1, c))
    return dx, dw.reshape(w.shape)
