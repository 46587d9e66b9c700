"""Fourier transforms and the products between them, at the second convolution's size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.pairs import Pair, normal
from minicnn.kernels import points, transform
from minicnn.kernels.conv2d import Geometry
from minicnn.kernels.fourier import fourier
from minicnn.kernels.point_layout import as_complex, count_points
from minicnn.kernels.tiles import images
from minicnn.kernels.vectors import lanes

__all__ = ["ROWS"]

_MAPS = fourier(Geometry((5, 5), (1, 1), (1, 1), (2, 2), (24, 24)), (24, 24))
_C, _F = 64, 128


def _in_panels(numbers: np.ndarray) -> np.ndarray:
    """Arrange complex points (points, tiles, channels) as kernels have them."""
    count, tiles, channels = numbers.shape
    width = lanes(np.dtype(np.float32))
    parts = np.stack([numbers.real, numbers.imag], 2).astype(np.float32)
    parts = parts.reshape(count, tiles, 2, channels // width, width)
    return np.ascontiguousarray(parts.transpose(0, 3, 1, 2, 4))


def _to_points(n: int) -> Pair:
    x = normal(n, 24, 24, _C)

    def reference() -> np.ndarray:
        return _in_panels(transform.to_points_reference(x, _MAPS.image_tiles, _MAPS.circle))

    return Pair(lambda: transform.to_points(images(x), _MAPS.image_tiles, _MAPS.circle), reference)


def _from_points(n: int) -> Pair:
    x = normal(n, 24, 24, _C)
    ours = transform.to_points(images(x), _MAPS.image_tiles, _MAPS.circle)
    theirs = as_complex(ours, _C)

    def kernel() -> np.ndarray:
        dx = np.zeros_like(x)
        transform.from_points(ours, _MAPS.circle, _MAPS.image_tiles, images(dx))
        return dx

    def reference() -> np.ndarray:
        dx = np.zeros_like(x)
        transform.from_points_reference(theirs, _MAPS.circle, _MAPS.image_tiles, dx)
        return dx

    return Pair(kernel, reference)


def _product(name: str, first: tuple[int, int], second: tuple[int, int]) -> Callable[[int], Pair]:
    """Pair a product of (tiles or c, columns) matrices; 0 stands for the tiles."""

    def pair(n: int) -> Pair:
        count, tiles = count_points(_MAPS.circle), 4 * n
        a, b = (
            normal(count, rows or tiles, columns) + 1j * normal(count, rows or tiles, columns)
            for rows, columns in (first, second)
        )
        kernel, reference = getattr(points, name), getattr(points, f"{name}_reference")
        ours = _in_panels(a), _in_panels(b)
        return Pair(lambda: kernel(*ours), lambda: _in_panels(reference(a, b)))

    return pair


ROWS: dict[str, Callable[[int], Pair]] = {
    "points, forward": _product("multiply", (0, _C), (_C, _F)),
    "points, gradient of the input": _product("multiply_transposed", (0, _F), (_C, _F)),
    "points, gradient of the filters": _product("sum_over_tiles", (0, _C), (0, _F)),
    "transform, to points": _to_points,
    "transform, from points": _from_points,
}
