"""Winograd's minimal filtering F(2, r): two outputs of r taps with r + 1 multiplications.

A product of polynomials of m and r coefficients is known by its values at m + r - 1 points
(Toom, Cook); one of them may be infinity, where the value is the leading coefficient. With V_k
the matrix of powers 0 .. k-1 of the points, the product of a and b is V^-1 ((V_m a) . (V_r b)).
Turned round (transposed with respect to a), the same matrices give a correlation:

    y = V_m' ((V_r w) . (V^-T x))                                                    (fast_conv2d.5)

Sources: Winograd 1980, "Arithmetic complexity of computations"; Lavin, Gray 2016, "Fast
algorithms for convolutional neural networks".
"""

import numpy as np

from minicnn.kernels.bilinear import Bilinear
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.transform import Tiles, Transform

__all__ = ["winograd"]

#: Outputs of a tile along an axis. More would save more products, and lose digits: in float32
#: F(2, 3) errs 1.2 times as much as im2col, F(4, 3) up to 20 times.
OUTPUTS = 2
#: Points by number of taps: small, so that powers stay near 1.
_POINTS = {1: (0.0,), 2: (0.0, 1.0), 3: (0.0, 1.0, -1.0)}


def _powers(points: tuple[float, ...], count: int) -> np.ndarray:
    infinity = np.eye(count)[-1:]
    return np.vstack([np.vander(points, count, increasing=True), infinity])


def _separable(rows: np.ndarray, columns: np.ndarray) -> Transform:
    """Apply the first map down the columns and the second along the rows."""
    slots, points = len(rows), len(columns)
    return Transform(rows, np.tile(columns, (slots, 1)), np.arange(slots + 1) * points, planes=1)


def winograd(geometry: Geometry, dtype: np.dtype) -> Bilinear:
    """Make the algorithm for one geometry with strides and dilation 1 and up to 3 x 3 taps."""
    points = [_POINTS[taps] for taps in geometry.kernel]
    n = tuple(taps + OUTPUTS - 1 for taps in geometry.kernel)
    image = [np.linalg.inv(_powers(p, size)).T for p, size in zip(points, n, strict=True)]
    filters = [_powers(p, taps) for p, taps in zip(points, geometry.kernel, strict=True)]
    outputs = [_powers(p, OUTPUTS) for p in points]
    counts = tuple(-(-size // OUTPUTS) for size in geometry.output)
    start = tuple(-before for before in geometry.before)
    size = (OUTPUTS, OUTPUTS)
    return Bilinear(
        image=_separable(*image).astype(dtype),
        filters=_separable(*filters).astype(dtype),
        output=_separable(*outputs).astype(dtype),
        image_tiles=Tiles(n, counts, size, start),
        output_tiles=Tiles(size, counts, size, (0, 0)),
    )
