"""Which algorithm computes a convolution, and both of its passes.

im2col does everything, with kh * kw multiplications per output and channel. winograd does up to
3 x 3 taps at strides and dilation 1, with 4 in place of 9. fft does any taps at strides and
dilation 1, with 2.4 to 3.8 in place of 9 or 25 in the documented network, and with smaller
rounding errors than im2col.
"""

import math
from functools import lru_cache

import numpy as np

from minicnn.kernels.bilinear import Bilinear, conv2d_bilinear, conv2d_bilinear_backward
from minicnn.kernels.conv2d import Geometry, conv2d_im2col, conv2d_im2col_backward
from minicnn.kernels.fourier import fourier
from minicnn.kernels.memory import new_array
from minicnn.kernels.winograd import winograd

__all__ = ["ALGORITHMS", "check_algorithm", "choose", "convolve", "convolve_backward"]

#: From where on "auto" transforms; measured on the documented network at batches of 1 to 32.
CHANNELS, PRODUCTS = 16, 400

ALGORITHMS = ("auto", "im2col", "winograd", "fft")


def check_algorithm(name: str, geometry: Geometry) -> None:
    """Refuse an algorithm that cannot compute a convolution.

    Raises
    ------
    ValueError
        If the name is unknown, or the algorithm needs other strides or smaller filters.
    """
    if name not in ALGORITHMS:
        raise ValueError(f"algorithm must be one of {', '.join(ALGORITHMS)}; got {name!r}")
    if name in ("fft", "winograd") and max(*geometry.strides, *geometry.dilation) > 1:
        raise ValueError(
            f"algorithm {name!r} needs strides and dilation_rate 1, "
            f"got {geometry.strides} and {geometry.dilation}"
        )
    if name == "winograd" and max(geometry.kernel) > 3:
        raise ValueError(f"algorithm 'winograd' takes up to 3x3 taps, got {geometry.kernel}")


def choose(
    geometry: Geometry, images: tuple[int, ...], channels: tuple[int, int], dtype: np.dtype
) -> str:
    """Name the fastest algorithm: what "auto" stands for.

    Transforms pay where every transformed number is used often: an image's by many filters, an
    output's by many channels, and a filter's by many images. The last is counted in the products
    of the sum that one frequency of the filter stands for.
    """
    if max(*geometry.strides, *geometry.dilation) > 1 or min(geometry.kernel) < 3:
        return "im2col"
    if min(channels) < CHANNELS:
        return "im2col"
    frequencies = algorithm(geometry, "fft", images[1:3], dtype).filters.starts[-1]
    products = images[0] * math.prod(geometry.output) * math.prod(geometry.kernel)
    return "fft" if products >= PRODUCTS * frequencies else "im2col"


@lru_cache(maxsize=64)
def algorithm(geometry: Geometry, name: str, size: tuple[int, int], dtype: np.dtype) -> Bilinear:
    """Make the matrices of a fast algorithm, once for every geometry."""
    return fourier(geometry, size, dtype) if name == "fft" else winograd(geometry, dtype)


def convolve(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None, geometry: Geometry, name: str = "auto"
) -> tuple[np.ndarray, tuple]:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c, f) and add `b` (f,); (conv2d.1).

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`convolve_backward`.
    """
    if name == "auto":
        name = choose(geometry, x.shape, w.shape[2:], x.dtype)
    if name == "im2col":
        y = conv2d_im2col(x, w, geometry)
        if b is not None:
            y += b
        return y, (name, geometry, x, w, None)
    bilinear = algorithm(geometry, name, x.shape[1:3], x.dtype)
    y = new_array((len(x), *geometry.output, w.shape[3]), x.dtype)
    y[:] = 0 if b is None else b
    return y, (name, geometry, x, w, conv2d_bilinear(x, w, y, bilinear))


def convolve_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray]:
    """Give dx (conv2d.2) and dw (conv2d.3) from dy (n, oh, ow, f)."""
    name, geometry, x, w, points = cache
    if name == "im2col":
        return conv2d_im2col_backward(dy, x, w, geometry)
    bilinear = algorithm(geometry, name, x.shape[1:3], x.dtype)
    return conv2d_bilinear_backward(dy, x, w, points, bilinear)
