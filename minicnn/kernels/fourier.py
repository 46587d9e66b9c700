"""How a convolution is cut into circles for the convolution theorem: DFT, multiply, inverse DFT.

On a circle of n pixels a correlation is one product per frequency (fast_conv2d.3), and the
inverse transform (fast_conv2d.4) gives the outputs. Three facts make it cheap for real images:

* x^[-q, -p] is the conjugate of x^[q, p]: half of the frequencies are enough.
* If n is the image and its larger padding, the zeros on one side serve the other side too, since
  the circle closes; a larger image is cut into overlapping tiles instead.
* A tile is small, so that its DFT can be written out (:mod:`~minicnn.kernels.dft`).

Sources: Mathieu, Henaff, LeCun 2014, "Fast training of convolutional networks through FFTs";
Zlateski, Jia, Li, Durand 2018, "FFT convolutions are faster than Winograd on modern CPUs".
"""

from functools import lru_cache
from typing import NamedTuple

from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.tiles import Tiles

__all__ = ["FourierMaps", "fourier"]

#: Rows or columns of the largest tile. The larger the tile, the fewer products there are for each
#: output, and the longer is the code that is compiled for its transform.
LARGEST = 16


class FourierMaps(NamedTuple):
    """How one convolution is cut into circles."""

    circle: tuple[int, int]  #: Its rows and columns.
    origin: tuple[int, int]  #: Where a filter begins on it.
    image_tiles: Tiles
    output_tiles: Tiles


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
def fourier(geometry: Geometry, size: tuple[int, int]) -> FourierMaps:
    """Cut images of one size for one geometry: strides and dilation 1, at most LARGEST taps."""
    cuts = [
        _cut(size[axis], geometry.kernel[axis], geometry.before[axis], geometry.output[axis])
        for axis in (0, 1)
    ]
    n, outputs, counts, start, shift = (tuple(pair) for pair in zip(*cuts, strict=True))
    return FourierMaps(
        circle=n,
        origin=tuple(-steps % size for steps, size in zip(shift, n, strict=True)),
        image_tiles=Tiles(n, counts, outputs, start),
        output_tiles=Tiles(outputs, counts, outputs, (0, 0)),
    )
