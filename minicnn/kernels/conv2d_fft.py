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

import numpy as np

from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.fourier import FourierMaps
from minicnn.kernels.memory import aligned_array
from minicnn.kernels.point_layout import count_points
from minicnn.kernels.points import multiply, multiply_transposed, sum_over_tiles
from minicnn.kernels.threads import blocks
from minicnn.kernels.tiles import filters_as_images, images
from minicnn.kernels.transform import from_points, to_points
from minicnn.kernels.vectors import lanes

__all__ = [
    "conv2d_fft",
    "conv2d_fft_backward",
    "conv2d_fft_backward_reference",
    "conv2d_fft_reference",
    "filter_points",
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


def _image_blocks(n: int, maps: FourierMaps, channels: int, itemsize: int) -> list:
    """Cut the images so that the points of a block stay below POINT_BYTES."""
    counts, points = maps.image_tiles.counts, count_points(maps.circle)
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
    y = aligned_array((len(x), *geometry.output, f), x.dtype)
    parts = _image_blocks(len(x), maps, c + f, x.itemsize)
    xh, wh = None, filter_points(w, maps)
    for start, stop in parts:
        xh = to_points(images(x[start:stop]), maps.image_tiles, maps.circle)
        yh = multiply(xh, wh)
        from_points(yh, maps.circle, maps.output_tiles, images(y[start:stop]), b)
    return y, (xh if len(parts) == 1 else None, wh)


def filter_points(w: np.ndarray, maps: FourierMaps) -> np.ndarray:
    """Transform the filters; where images have empty channels, there are empty filters."""
    filters, tiles = filters_as_images(np.ascontiguousarray(w))
    rows = -(-w.shape[2] // lanes(w.dtype)) * lanes(w.dtype)
    return to_points(filters, tiles, maps.circle, maps.origin, rows)


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
    dx, dwh = aligned_array(x.shape, x.dtype) if inputs else None, None
    for start, stop in _image_blocks(len(x), maps, c + f, x.itemsize):
        dyh = to_points(images(dy[start:stop]), maps.output_tiles, maps.circle)
        if dx is not None:
            dxh = multiply_transposed(dyh, wh)
            from_points(dxh, maps.circle, maps.image_tiles, images(dx[start:stop]))
        xh = image_points
        if xh is None:
            xh = to_points(images(x[start:stop]), maps.image_tiles, maps.circle)
        part = sum_over_tiles(xh, dyh)
        dwh = part if dwh is None else np.add(dwh, part, out=dwh)
    if dwh is None:  # there are no images
        return dx, np.zeros(w.shape, x.dtype)
    dw = aligned_array(w.shape, x.dtype)
    filters, tiles = filters_as_images(dw)
    from_points(dwh, maps.circle, tiles, filters, origin=maps.origin)
    return dx, dw
