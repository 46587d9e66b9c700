"""Convolution with fewer multiplications: transform, multiply point by point, transform back.

For a tile of the image x, a filter w and the outputs y,

    x^ = B x      w^ = G w      y = A (x^ . w^)                                   (fast_conv2d.1)

where B, G, A are linear maps and the dot multiplies point by point; the convolution theorem of the
Fourier transform has this form. With channels every point is a matrix product of its own:
(tiles, c) @ (c, f). The maps do not depend on the data, so the gradients are the adjoints, in
reverse order:

    dy^ = A' dy   dx = B' (dy^ . w^)   dw = G' (x^ . dy^)                            (fast_conv2d.2)

The adjoint of a product with the complex w^ is one with conj(w^). The code carries conj(dy^)
instead, and takes conj(B)' and conj(G)', so that no large array is conjugated.

:mod:`~minicnn.kernels.fourier` gives the matrices, :mod:`~minicnn.kernels.transform` applies them;
derivation: docs/math/fast_conv2d.md.
"""

from collections.abc import Callable

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.fourier import FourierMaps
from minicnn.kernels.matmul import one_blas_thread
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import blocks, run_blocks
from minicnn.kernels.tiles import filters_as_images, images
from minicnn.kernels.transform import from_points, to_points

__all__ = [
    "conv2d_fft",
    "conv2d_fft_backward",
    "conv2d_fft_backward_reference",
    "conv2d_fft_reference",
]

#: Bytes of the transformed images and outputs of one block of images.
POINT_BYTES = 2**28


def conv2d_fft_reference(x: np.ndarray, w: np.ndarray, geometry: Geometry) -> np.ndarray:
    """The convolution theorem with NumPy's FFT, the padded image as one circle; (fast_conv2d.1)."""
    xh, wh, size = _circles(x, w, geometry)
    y = np.fft.irfft2(np.einsum("npqc,pqcf->npqf", xh, wh), size, axes=(1, 2))
    return y[:, : geometry.output[0], : geometry.output[1]].astype(x.dtype)


def conv2d_fft_backward_reference(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Return dx and dw by the adjoints with NumPy's FFT; (fast_conv2d.2)."""
    xh, wh, size = _circles(x, w, geometry)
    dyh = np.fft.rfft2(dy, size, axes=(1, 2))
    dx = np.fft.irfft2(np.einsum("npqf,pqcf->npqc", dyh, wh.conj()), size, axes=(1, 2))
    dw = np.fft.irfft2(np.einsum("npqc,npqf->pqcf", xh, dyh.conj()), size, axes=(0, 1))
    (top, left), (_, h, width, _), (kh, kw) = geometry.before, x.shape, geometry.kernel
    dx = dx[:, top : top + h, left : left + width]
    return dx.astype(x.dtype), dw[:kh, :kw].astype(x.dtype)


def _circles(
    x: np.ndarray, w: np.ndarray, geometry: Geometry
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Transform the padded images, and the filters as a correlation takes them."""
    size = [o + k - 1 for o, k in zip(geometry.output, geometry.kernel, strict=True)]
    before, after = geometry.before, np.subtract(size, np.add(geometry.before, x.shape[1:3]))
    padded = np.pad(x, [(0, 0), *zip(before, after, strict=True), (0, 0)])
    xh = np.fft.rfft2(padded, axes=(1, 2))
    return xh, np.fft.rfft2(w, size, axes=(0, 1)).conj(), size


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


def _image_blocks(n: int, maps: FourierMaps, channels: int, itemsize: int) -> list:
    """Cut the images so that the points of a block stay below POINT_BYTES."""
    counts, points = maps.image_tiles.counts, maps.image.starts[-1]
    per_image = counts[0] * counts[1] * points * channels * 2 * itemsize
    return blocks(n, max(1, POINT_BYTES // int(per_image)))


def conv2d_fft(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None, geometry: Geometry, maps: FourierMaps
) -> tuple[np.ndarray, tuple[np.ndarray | None, np.ndarray]]:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c, f) and add `b` (f,); (fast_conv2d.1).

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    image_points, filter_points : ndarray
        For :func:`conv2d_fft_backward`. Those of images that do not fit into one block are
        made again there: None.
    """
    x, (c, f) = np.ascontiguousarray(x), w.shape[2:]
    y = new_array((len(x), *geometry.output, f), x.dtype)
    parts = _image_blocks(len(x), maps, c + f, x.itemsize)
    xh = None
    with one_blas_thread():
        wh = to_points(*filters_as_images(np.ascontiguousarray(w)), maps.filters)
        for start, stop in parts:
            xh = to_points(images(x[start:stop]), maps.image_tiles, maps.image)
            yh = _multiply(_products, xh, wh, (xh.shape[1], f))
            from_points(yh, maps.output, maps.output_tiles, images(y[start:stop]), b)
    return y, (xh if len(parts) == 1 else None, wh)


def conv2d_fft_backward(
    dy: np.ndarray,
    x: np.ndarray,
    w: np.ndarray,
    points: tuple[np.ndarray | None, np.ndarray],
    maps: FourierMaps,
    *,
    inputs: bool = True,
) -> tuple[np.ndarray | None, np.ndarray]:
    """Give dx and dw from dy (n, oh, ow, f) and the points of the forward pass; (fast_conv2d.2).

    Without `inputs`, dx is None.
    """
    image_points, wh = points
    dy, x, (c, f) = np.ascontiguousarray(dy), np.ascontiguousarray(x), w.shape[2:]
    dx, dwh = new_array(x.shape, x.dtype) if inputs else None, None
    with one_blas_thread():
        for start, stop in _image_blocks(len(x), maps, c + f, x.itemsize):
            dyh = to_points(images(dy[start:stop]), maps.output_tiles, maps.output.conjugate())
            if dx is not None:
                dxh = _multiply(_products_transposed_b, dyh, wh, (dyh.shape[1], c))
                from_points(dxh, maps.image.conjugate(), maps.image_tiles, images(dx[start:stop]))
            xh = image_points
            if xh is None:
                xh = to_points(images(x[start:stop]), maps.image_tiles, maps.image)
            part = _multiply(_products_transposed_a, xh, dyh, (c, f))
            dwh = part if dwh is None else np.add(dwh, part, out=dwh)
        if dwh is None:  # there are no images
            return dx, np.zeros(w.shape, x.dtype)
        dw = new_array(w.shape, x.dtype)
        filters, tiles = filters_as_images(dw)
        from_points(dwh, maps.filters.conjugate(), tiles, filters)
    return dx, dw
