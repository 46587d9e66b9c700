"""Convolution with fewer multiplications: transform, multiply point by point, transform back.

Winograd's minimal filtering and the convolution theorem of the Fourier transform are the same
three lines, with other matrices. For a tile of the image x, a filter w and the outputs y,

    x^ = B x      w^ = G w      y = A (x^ . w^)                                   (fast_conv2d.1)

where B, G, A are linear maps and the dot multiplies point by point. With channels every point is
a matrix product of its own: (tiles, c) @ (c, f). The maps do not depend on the data, so the
gradients are the adjoints, in reverse order:

    dy^ = A' dy   dx = B' (dy^ . w^)   dw = G' (x^ . dy^)                            (fast_conv2d.2)

Over complex points a product with w^ has the adjoint conj(w^); the code carries conj(dy^)
instead, and takes conj(B)' and conj(G)', so that no large array is conjugated.

:mod:`~minicnn.kernels.fourier` and :mod:`~minicnn.kernels.winograd` give the matrices,
:mod:`~minicnn.kernels.transform` applies them; derivation: docs/math/fast_conv2d.md.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from minicnn.kernels.blas import one_blas_thread
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks
from minicnn.kernels.transform import Tiles, Transform, filter_tiles, from_points, to_points

__all__ = ["Bilinear", "conv2d_bilinear", "conv2d_bilinear_backward"]

#: Bytes of the transformed images and outputs of one block of images.
POINT_BYTES = 2**28


class Bilinear(NamedTuple):
    """An algorithm for one convolution: (fast_conv2d.1) and how images are cut for it."""

    image: Transform
    filters: Transform
    output: Transform  #: A', from outputs to points; A is its adjoint
    image_tiles: Tiles
    output_tiles: Tiles


@njit(cache=True, nogil=True)
def _products(a, b, out, start, stop):
    for p in range(start, stop):
        np.dot(a[p], b[p], out[p])


@njit(cache=True, nogil=True)
def _products_transposed_b(a, b, out, start, stop):
    for p in range(start, stop):
        np.dot(a[p], b[p].T, out[p])


@njit(cache=True, nogil=True)
def _products_transposed_a(a, b, out, start, stop):
    for p in range(start, stop):
        np.dot(a[p].T, b[p], out[p])


def _multiply(
    kernel: Callable[..., None], a: np.ndarray, b: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    out = new_array((len(a), *shape), a.dtype)
    run_blocks(lambda _, start, stop: kernel(a, b, out, start, stop), len(a), -(-len(a) // 16))
    return out


def _image_blocks(n: int, algorithm: Bilinear, channels: int, itemsize: int) -> list:
    """Cut the images so that the points of a block stay below POINT_BYTES."""
    counts, points = algorithm.image_tiles.counts, algorithm.image.starts[-1]
    per_image = counts[0] * counts[1] * points * channels * itemsize * algorithm.image.planes
    return blocks(n, max(1, POINT_BYTES // int(per_image)))


def conv2d_bilinear(
    x: np.ndarray, w: np.ndarray, y: np.ndarray, algorithm: Bilinear
) -> tuple[np.ndarray | None, np.ndarray]:
    """Add the convolution of `x` (n, h, w, c) with `w` (kh, kw, c, f) onto `y`; (fast_conv2d.1).

    Returns
    -------
    image_points, filter_points : ndarray
        For :func:`conv2d_bilinear_backward`. Those of images that do not fit into one block
        are made again there: None.
    """
    image, filters, output, image_tiles, output_tiles = algorithm
    x, (c, f) = np.ascontiguousarray(x), w.shape[2:]
    parts = _image_blocks(len(x), algorithm, c + f, x.itemsize)
    xh = None
    with one_blas_thread():
        wh = to_points(np.ascontiguousarray(w), filters, filter_tiles(w), filters=True)
        for start, stop in parts:
            xh = to_points(x[start:stop], image, image_tiles)
            yh = _multiply(_products, xh, wh, (xh.shape[1], f))
            from_points(yh, output, y[start:stop], output_tiles)
    return xh if len(parts) == 1 else None, wh


def conv2d_bilinear_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    points: tuple[np.ndarray | None, np.ndarray],
    algorithm: Bilinear,
) -> tuple[np.ndarray, np.ndarray]:
    """Give dx and dw from dy (n, oh, ow, f) and the points of the forward pass; (fast_conv2d.2)."""
    image, filters, output, image_tiles, output_tiles = algorithm
    image_points, wh = points
    dy, x, (c, f) = np.ascontiguousarray(dy), np.ascontiguousarray(x), w.shape[2:]
    dx, dw, dwh = np.zeros(x.shape, x.dtype), np.zeros(w.shape, x.dtype), None
    with one_blas_thread():
        for start, stop in _image_blocks(len(x), algorithm, c + f, x.itemsize):
            dyh = to_points(dy[start:stop], output.conjugate(), output_tiles)
            dxh = _multiply(_products_transposed_b, dyh, wh, (dyh.shape[1], c))
            from_points(dxh, image.conjugate(), dx[start:stop], image_tiles)
            xh = image_points
            if xh is None:
                xh = to_points(x[start:stop], image, image_tiles)
            part = _multiply(_products_transposed_a, xh, dyh, (c, f))
            dwh = part if dwh is None else np.add(dwh, part, out=dwh)
        if dwh is not None:
            from_points(dwh, filters.conjugate(), dw, filter_tiles(w), filters=True)
    return dx, dw
