"""Images under affine maps: every pixel takes its value from a point of the old image.

The point lies between four pixels, which share it in proportion. Their weights depend on the map
alone, so the transform is linear in the pixels, and its adjoint gives every derivative back to the
same four pixels with the same weights.
"""

import math
from collections.abc import Iterator

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = [
    "FILL_MODES",
    "affine_transform",
    "affine_transform_adjoint",
    "affine_transform_adjoint_reference",
    "affine_transform_reference",
]

#: What lies beyond the edge of an image a b c d: d c b a, a b c d again, a constant, d d d d.
FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_REFLECT, _WRAP, _CONSTANT, _ = range(4)

#: Points are rounded to this part of a pixel, so that a half turn hits the pixels themselves.
_GRID = 2.0**20

_Weights = list[tuple[int, int, float]]


def affine_transform_reference(
    x: np.ndarray, maps: np.ndarray, fill_mode: str, *, nearest: bool, fill_value: float
) -> np.ndarray:
    """(random_images.1), one pixel after the other."""
    y = np.zeros_like(x)
    for image, affine, out in zip(x, maps, y, strict=True):
        for pixel, weights in _weights(image.shape, affine, fill_mode, nearest):
            for row, column, weight in weights:
                inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
                out[pixel] += weight * (image[row, column] if inside else fill_value)
    return y


def affine_transform_adjoint_reference(
    dy: np.ndarray, maps: np.ndarray, fill_mode: str, *, nearest: bool
) -> np.ndarray:
    """(random_images.2), one pixel after the other."""
    dx = np.zeros_like(dy)
    for given, affine, out in zip(dy, maps, dx, strict=True):
        for pixel, weights in _weights(given.shape, affine, fill_mode, nearest):
            for row, column, weight in weights:
                if 0 <= row < given.shape[0] and 0 <= column < given.shape[1]:
                    out[row, column] += weight * given[pixel]
    return dx


def _weights(
    shape: tuple[int, ...], affine: np.ndarray, fill_mode: str, nearest: bool
) -> Iterator[tuple[tuple[int, int], _Weights]]:
    """Yield every pixel, and (row, column, weight) of those that it is made of."""
    for pixel in np.ndindex(*shape[:2]):
        point = np.rint((affine[:2] @ [pixel[1], pixel[0], 1])[::-1] * _GRID) / _GRID
        row, column = (_inside(at, size, fill_mode) for at, size in zip(point, shape, strict=False))
        if nearest:
            row, column = math.floor(row + 0.5), math.floor(column + 0.5)
        top, left = math.floor(row), math.floor(column)
        down, right = row - top, column - left
        corners = [
            (top, left, (1 - down) * (1 - right)),
            (top, left + 1, (1 - down) * right),
            (top + 1, left, down * (1 - right)),
            (top + 1, left + 1, down * right),
        ]
        yield pixel, [corner for corner in corners if corner[2]]


def _inside(at: float, size: int, fill_mode: str) -> float:
    """Move a coordinate into the image; those between the copies go to the nearest edge."""
    if fill_mode == "constant":
        return at
    if fill_mode == "reflect":
        at %= 2 * size
        at = min(at, 2 * size - 1 - at)
    elif fill_mode == "wrap":
        at = at - size * math.floor((at + 1) / size) if at > size - 1 else at % size
    return min(max(at, 0.0), size - 1.0)


@njit(cache=True, nogil=True)
def _coordinate(at, size, mode, nearest):
    # Where a coordinate lies in the image; see _weights and _inside.
    at = math.floor(at * _GRID + 0.5) / _GRID
    if mode == _REFLECT:
        at -= 2 * size * math.floor(at / (2 * size))
        if at > size - 1:
            at = 2 * size - 1 - at
    elif mode == _WRAP:
        if at > size - 1:
            at -= size * math.floor((at + 1) / size)
        else:
            at -= size * math.floor(at / size)
    if mode != _CONSTANT:
        if at < 0:
            at = 0.0
        elif at > size - 1:
            at = size - 1.0
    return math.floor(at + 0.5) if nearest else at


@njit(cache=True, nogil=True)
def _point(affine, row, column, h, w, mode, nearest):
    # The point of the old image that a pixel of the new one shows.
    x = affine[0, 0] * column + affine[0, 1] * row + affine[0, 2]
    y = affine[1, 0] * column + affine[1, 1] * row + affine[1, 2]
    return _coordinate(y, h, mode, nearest), _coordinate(x, w, mode, nearest)


@njit(cache=True, nogil=True)
def _transform(x, maps, mode, nearest, fill, y):
    n, h, w, c = x.shape
    y[:] = 0
    for image in range(n):
        for row in range(h):
            for column in range(w):
                v, u = _point(maps[image], row, column, h, w, mode, nearest)
                top, left = math.floor(v), math.floor(u)
                for i in range(top, top + 2):
                    for j in range(left, left + 2):
                        weight = (1 - abs(v - i)) * (1 - abs(u - j))
                        if weight == 0:  # what has no weight may lie outside, or be NaN
                            continue
                        if 0 <= i < h and 0 <= j < w:
                            for k in range(c):
                                y[image, row, column, k] += weight * x[image, i, j, k]
                        else:
                            for k in range(c):
                                y[image, row, column, k] += weight * fill


@njit(cache=True, nogil=True)
def _adjoint(dy, maps, mode, nearest, dx):
    n, h, w, c = dy.shape
    dx[:] = 0
    for image in range(n):
        for row in range(h):
            for column in range(w):
                v, u = _point(maps[image], row, column, h, w, mode, nearest)
                top, left = math.floor(v), math.floor(u)
                for i in range(top, top + 2):
                    for j in range(left, left + 2):
                        weight = (1 - abs(v - i)) * (1 - abs(u - j))
                        if weight != 0 and 0 <= i < h and 0 <= j < w:
                            for k in range(c):
                                dx[image, i, j, k] += weight * dy[image, row, column, k]


def affine_transform(
    x: np.ndarray, maps: np.ndarray, fill_mode: str, *, nearest: bool, fill_value: float
) -> np.ndarray:
    """Show at every pixel (column, row, 1) the point of the image that a map takes it to.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    maps : ndarray, shape (n, 3, 3)
        From the new image to the old one.
    fill_mode : str
        One of `FILL_MODES`.
    nearest : bool
        Whether to take the nearest pixel instead of sharing the four around the point.
    fill_value : float
        What is shown outside, in the mode "constant".
    """
    x, maps = np.ascontiguousarray(x), _checked(x, maps)
    y, mode = new_array(x.shape, x.dtype), FILL_MODES.index(fill_mode)
    fill = x.dtype.type(fill_value)

    def work(_: int, start: int, stop: int) -> None:
        _transform(x[start:stop], maps[start:stop], mode, nearest, fill, y[start:stop])

    run_blocks(work, len(x), 1)
    return y


def affine_transform_adjoint(
    dy: np.ndarray, maps: np.ndarray, fill_mode: str, *, nearest: bool
) -> np.ndarray:
    """Give every derivative back to the pixels that made the value; see the parameters above."""
    dy, maps = np.ascontiguousarray(dy), _checked(dy, maps)
    dx, mode = new_array(dy.shape, dy.dtype), FILL_MODES.index(fill_mode)

    def work(_: int, start: int, stop: int) -> None:
        _adjoint(dy[start:stop], maps[start:stop], mode, nearest, dx[start:stop])

    run_blocks(work, len(dy), 1)
    return dx


def _checked(x: np.ndarray, maps: np.ndarray) -> np.ndarray:
    if maps.shape != (len(x), 3, 3):
        raise ValueError(f"affine_transform: expected {len(x)} maps (3, 3), got {maps.shape}.")
    return np.ascontiguousarray(maps, np.float64)
