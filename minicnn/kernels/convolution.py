"""Which algorithm computes a convolution, and both of its passes.

direct takes kh * kw multiplications per output and channel. fft does any taps at strides and
dilation 1, with 2.4 to 3.8 in place of 9 or 25 in the documented network, and with smaller rounding
errors. im2col computes the outputs where direct would be slower, and all gradients that fft does
not compute.
"""

import math
from typing import Any

import numpy as np

from minicnn.kernels.conv2d import Geometry, conv2d_im2col, conv2d_im2col_backward
from minicnn.kernels.conv2d_direct import conv2d_direct
from minicnn.kernels.conv2d_fft import conv2d_fft, conv2d_fft_backward
from minicnn.kernels.fourier import LARGEST, fourier
from minicnn.kernels.point_layout import count_points
from minicnn.kernels.vectors import DTYPES

__all__ = [
    "ALGORITHMS",
    "check_algorithm",
    "choose",
    "convolve",
    "convolve_backward",
    "filter_gradient",
]

#: From where on "auto" transforms; measured on the documented network at batches of 1 to 32.
CHANNELS, PRODUCTS = 16, 150
#: Where "auto" may go tap by tap: for so many filters, the fewest and the most, and from so many
#: outputs in a line on. Fewer filters do not fill a vector, more lie too far apart for each other
#: channel's to be found quickly, and short lines leave registers empty.
FILTERS, WIDTH = (16, 512), 4

ALGORITHMS = ("auto", "im2col", "direct", "fft")


def check_algorithm(name: str, geometry: Geometry) -> None:
    """Refuse an algorithm that cannot compute a convolution.

    Raises
    ------
    ValueError
        If the name is unknown, or the algorithm needs other strides, dilations or a smaller
        kernel.
    """
    if name not in ALGORITHMS:
        raise ValueError(f"algorithm must be one of {', '.join(ALGORITHMS)}; got {name!r}")
    if name == "fft" and max(*geometry.strides, *geometry.dilation) > 1:
        raise ValueError(
            "algorithm 'fft' needs strides and dilation_rate 1, "
            f"got {geometry.strides} and {geometry.dilation}"
        )
    if name == "fft" and max(geometry.kernel) > LARGEST:
        raise ValueError(
            f"algorithm 'fft' needs a kernel_size of at most {LARGEST}, got {geometry.kernel}"
        )


def choose(geometry: Geometry, images: tuple[int, ...], channels: tuple[int, int]) -> str:
    """Name the algorithm that "auto" stands for: in most cases, the fastest.

    Transforms pay where every transformed number is used often: an image's by many filters, an
    output's by many channels, and a filter's by many images. The last is counted in the products
    of the sum that one frequency of the filter stands for.
    """
    if _transforms_pay(geometry, images, channels):
        return "fft"
    many_taps = math.prod(geometry.kernel) > 1 and channels[0] > 1
    fits = FILTERS[0] <= channels[1] <= FILTERS[1] and geometry.output[1] >= WIDTH
    return "direct" if many_taps and fits else "im2col"


def _transforms_pay(geometry: Geometry, images: tuple[int, ...], channels: tuple[int, int]) -> bool:
    if max(*geometry.strides, *geometry.dilation) > 1:
        return False
    if not 3 <= min(geometry.kernel) <= max(geometry.kernel) <= LARGEST:
        return False
    if min(channels) < CHANNELS:
        return False
    frequencies = count_points(fourier(geometry, images[1:3]).circle)
    products = images[0] * math.prod(geometry.output) * math.prod(geometry.kernel)
    return products >= PRODUCTS * frequencies


def convolve(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None, geometry: Geometry, name: str = "auto"
) -> tuple[np.ndarray, tuple]:
    """Convolve `x` (n, h, w, c) with `w` (kh, kw, c, f) and add `b` (f,); (conv2d.1).

    Returns
    -------
    y : ndarray, shape (n, oh, ow, f)
    cache : tuple
        For :func:`convolve_backward`.

    Raises
    ------
    TypeError
        If "direct" or "fft" is asked for with other numbers than float32 or float64.
    """
    if name in ("direct", "fft") and x.dtype not in DTYPES:
        raise TypeError(f"algorithm {name!r} needs float32 or float64, got {x.dtype}")
    if name == "auto":
        name = choose(geometry, x.shape, w.shape[2:]) if x.dtype in DTYPES else "im2col"
    w = _like(x, w)
    if name != "fft":
        multiply = conv2d_direct if name == "direct" else conv2d_im2col
        return multiply(x, w, geometry, b), (name, geometry, x, w, None)
    maps = fourier(geometry, x.shape[1:3])
    y, points = conv2d_fft(x, w, b, geometry, maps)
    return y, (name, geometry, x, w, points)


def _like(x: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Convert an array to the dtype of the images, if the vector kernels support that."""
    return other.astype(x.dtype, copy=False) if x.dtype in DTYPES else other


def convolve_backward(
    dy: np.ndarray, cache: tuple, *, inputs: bool = True
) -> tuple[Any, np.ndarray]:
    """Return dx (conv2d.2), None without `inputs`, and dw (conv2d.3) from dy (n, oh, ow, f)."""
    name, geometry, x, w, points = cache
    dy = _like(x, dy)
    if name != "fft":
        return conv2d_im2col_backward(dy, x, w, geometry, inputs=inputs)
    maps = fourier(geometry, x.shape[1:3])
    return conv2d_fft_backward(dy, x, w, points, maps, inputs=inputs)


def filter_gradient(dy: np.ndarray, cache: tuple) -> np.ndarray:
    """Return dw alone, where nobody needs dx."""
    return convolve_backward(dy, cache, inputs=False)[1]
