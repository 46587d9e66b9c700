"""The matrices of the convolution theorem: DFT, multiply, inverse DFT.

On a circle of n pixels a correlation is one product per frequency (fast_conv2d.3), and the
inverse transform (fast_conv2d.4) gives the outputs. Three facts make it cheap for real images:

* x^[-q, -p] is the conjugate of x^[q, p]: half of the frequencies are enough.
* If n is the image and its larger padding, the zeros on one side serve the other side too, since
  the circle closes; a larger image is cut into overlapping tiles instead.
* A tile is small, so that each DFT is a product with a small matrix.

Sources: Mathieu, Henaff, LeCun 2014, "Fast training of convolutional networks through FFTs";
Zlateski, Jia, Li, Durand 2018, "FFT convolutions are faster than Winograd on modern CPUs".
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.tiles import Tiles
from minicnn.kernels.transform import Transform

__all__ = ["FourierMaps", "fourier"]

#: Largest tile; the price of a DFT by matrices grows with its size, that of the products shrinks.
LARGEST = 16


class FourierMaps(NamedTuple):
    """The maps of (fast_conv2d.1) for one convolution, and how images are cut for them."""

    image: Transform  #: B
    filters: Transform  #: G
    output: Transform  #: A', from outputs to points; A is its adjoint
    image_tiles: Tiles
    output_tiles: Tiles


def _frequencies(n: tuple[int, ...]) -> list[np.ndarray]:
    """The p that are kept for every q: where q is its own conjugate, half of them are enough."""
    half, whole = np.arange(n[1] // 2 + 1), np.arange(n[1])
    return [half if 2 * q % n[0] == 0 else whole for q in range(n[0] // 2 + 1)]


def _cos_sin(turns: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give cos and sin of ``2 pi turns / n``, exactly 0 where they are.

    Whole turns are taken off first, so that the angles are small and all digits hold. But the
    computed sin(pi) is 1e-16. It would turn the imaginary part of a real frequency from zeros to
    numbers so small that the products of two are below the smallest normal float32, and for those
    some processors take a hundred times as long.
    """
    angles = 2 * np.pi / n * (turns % n)
    parts = np.cos(angles), np.sin(angles)
    cos, sin = (np.where(np.abs(part) < 1e-12, 0.0, part) for part in parts)
    return cos, sin


def _dft(
    n: tuple[int, ...],
    size: tuple[int, ...],
    sign: int,
    shift: tuple[int, ...],
    dtype: np.dtype,
    *,
    inverse: bool,
) -> Transform:
    """DFT of a tile that begins at -shift and is zero beyond its size.

    With `inverse` it is the adjoint of the inverse DFT, which divides by the number of pixels and
    counts a frequency twice if it stands for its conjugate as well.
    """
    kept = _frequencies(n)
    rows, columns = (np.arange(size[axis]) - shift[axis] for axis in (0, 1))
    first, second, starts = [], [], [0]
    for q, frequencies in enumerate(kept):
        cos, sin = _cos_sin(q * rows, n[0])
        first += [cos, sign * sin]
        for p in frequencies:
            cos, sin = _cos_sin(p * columns, n[1])
            sin = sign * sin
            single = 2 * q % n[0] == 0 and 2 * p % n[1] == 0
            scale = (1 if single else 2) / (n[0] * n[1]) if inverse else 1
            second += [scale * np.hstack([cos, -sin]), scale * np.hstack([sin, cos])]
        starts.append(starts[-1] + len(frequencies))
    return Transform(np.array(first, dtype), np.array(second, dtype), np.array(starts))


def _cut(size: int, taps: int, before: int, output: int) -> tuple[int, int, int, int, int]:
    """Cut one axis: length of the circle, outputs of a tile, tiles, first pixel, shift."""
    after = output + taps - 1 - before - size
    circle = max(size + max(before, after), taps)
    if circle <= LARGEST:
        return circle, output, 1, 0, before
    count = -(-output // (LARGEST - taps + 1))
    outputs = -(-output // count)
    return outputs + taps - 1, outputs, count, -before, 0


@lru_cache(maxsize=64)
def fourier(geometry: Geometry, size: tuple[int, int], dtype: np.dtype) -> FourierMaps:
    """Make the maps for one geometry (strides and dilation 1) and images of one size."""
    cuts = [
        _cut(size[axis], geometry.kernel[axis], geometry.before[axis], geometry.output[axis])
        for axis in (0, 1)
    ]
    n, outputs, counts, start, shift = (tuple(pair) for pair in zip(*cuts, strict=True))
    none = (0, 0)
    return FourierMaps(
        image=_dft(n, n, -1, none, dtype, inverse=False),
        filters=_dft(n, geometry.kernel, +1, shift, dtype, inverse=False),
        output=_dft(n, outputs, -1, none, dtype, inverse=True),
        image_tiles=Tiles(n, counts, outputs, start),
        output_tiles=Tiles(outputs, counts, outputs, none),
    )
