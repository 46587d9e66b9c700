"""Tiles of images to points of a transform, and back.

A linear map of a two-dimensional tile is one small matrix down the columns, then one along the
rows: `first` makes slots out of rows, `second` makes points out of each slot. Both run over long
rows of channels, a few tiles at a time, so that what lies between them stays in the cache.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks

__all__ = ["Tiles", "Transform", "filter_tiles", "from_points", "to_points"]

#: Bytes of one thread's tiles between the two steps of a transform: half of a usual L2 cache.
SCRATCH_BYTES = 2**18


class Transform(NamedTuple):
    """A linear map from a tile (rows, columns) to points, each of one or two real planes.

    Attributes
    ----------
    first : ndarray, shape (slots * planes, rows)
        The map down the columns; the planes of a slot (real, imaginary) stand together.
    second : ndarray, shape (points * planes, planes * columns)
        The maps along the rows, slot after slot.
    starts : ndarray of int, shape (slots + 1,)
        The points of slot q are starts[q] to starts[q + 1].
    planes : int
        1 for real points, 2 for complex ones.
    """

    first: np.ndarray
    second: np.ndarray
    starts: np.ndarray
    planes: int

    def conjugate(self) -> "Transform":
        """Return the map to the conjugated points."""
        if self.planes == 1:
            return self
        second = self.second.copy()
        second[1::2] *= -1
        return self._replace(second=second)

    def astype(self, dtype: np.dtype) -> "Transform":
        """Return the map in another dtype."""
        return self._replace(first=self.first.astype(dtype), second=self.second.astype(dtype))


class Tiles(NamedTuple):
    """How an array is cut into tiles.

    Attributes
    ----------
    size : tuple of int
        Height and width of a tile.
    counts : tuple of int
        Tiles of an image, down and across.
    step, start : tuple of int
        Pixels from one tile to the next, and where the first begins.
    """

    size: tuple[int, ...]
    counts: tuple[int, ...]
    step: tuple[int, ...]
    start: tuple[int, ...]


@njit(cache=True, nogil=True)
def _to_points(x, height, width, strides, tiles, transform, chunk, points, begin, end):
    # x is flat: pixel (r, s) of image n starts at n * strides[0] + r * strides[1] + s * strides[2].
    # points: (points, tiles, channels, planes); outside of the image stand zeros.
    (rows, columns), (down, across), (step0, step1), (start0, start1) = tiles
    first, second, starts, planes = transform
    channels = points.shape[2]
    for start in range(begin, end, chunk):
        n = min(chunk, end - start)
        tile = np.empty((rows, columns, n, channels), x.dtype)
        for t in range(n):
            image, place = divmod(start + t, down * across)
            top = place // across * step0 + start0
            left = place % across * step1 + start1
            for i in range(rows):
                for j in range(columns):
                    r, s = top + i, left + j
                    if 0 <= r < height and 0 <= s < width:
                        pixel = image * strides[0] + r * strides[1] + s * strides[2]
                        for k in range(channels):
                            tile[i, j, t, k] = x[pixel + k]
                    else:
                        for k in range(channels):
                            tile[i, j, t, k] = 0
        slots = np.empty((len(first), columns * n * channels), x.dtype)
        np.dot(first, tile.reshape(rows, columns * n * channels), slots)
        for q in range(len(starts) - 1):
            slot = slots[q * planes : (q + 1) * planes].reshape(planes * columns, n * channels)
            maps = second[starts[q] * planes : starts[q + 1] * planes]
            done = np.empty((len(maps), n * channels), x.dtype)
            np.dot(maps, slot, done)
            for p in range(starts[q + 1] - starts[q]):
                out = points[starts[q] + p, start : start + n].reshape(n * channels * planes)
                if planes == 1:
                    out[:] = done[p]
                else:
                    for k in range(n * channels):
                        out[2 * k] = done[2 * p, k]
                        out[2 * k + 1] = done[2 * p + 1, k]


@njit(cache=True, nogil=True)
def _from_points(points, transform, chunk, x, height, width, strides, tiles, begin, end):
    # The adjoint of _to_points: every tile is added onto its pixels.
    (rows, columns), (down, across), (step0, step1), (start0, start1) = tiles
    first, second, starts, planes = transform
    channels = points.shape[2]
    for start in range(begin, end, chunk):
        n = min(chunk, end - start)
        slots = np.empty((len(first), columns * n * channels), x.dtype)
        for q in range(len(starts) - 1):
            count = starts[q + 1] - starts[q]
            given = np.empty((count * planes, n * channels), x.dtype)
            for p in range(count):
                point = points[starts[q] + p, start : start + n].reshape(n * channels * planes)
                if planes == 1:
                    given[p] = point
                else:
                    for k in range(n * channels):
                        given[2 * p, k] = point[2 * k]
                        given[2 * p + 1, k] = point[2 * k + 1]
            slot = slots[q * planes : (q + 1) * planes].reshape(planes * columns, n * channels)
            np.dot(second[starts[q] * planes : starts[q + 1] * planes].T, given, slot)
        flat = np.empty((rows, columns * n * channels), x.dtype)
        np.dot(first.T, slots, flat)
        tile = flat.reshape(rows, columns, n, channels)
        for t in range(n):
            image, place = divmod(start + t, down * across)
            top = place // across * step0 + start0
            left = place % across * step1 + start1
            for i in range(rows):
                for j in range(columns):
                    r, s = top + i, left + j
                    if 0 <= r < height and 0 <= s < width:
                        pixel = image * strides[0] + r * strides[1] + s * strides[2]
                        for k in range(channels):
                            x[pixel + k] += tile[i, j, t, k]


def _chunk(tiles: Tiles, channels: int, itemsize: int) -> int:
    """Tiles that fit into one thread's part of the cache."""
    return max(1, SCRATCH_BYTES // (tiles.size[0] * tiles.size[1] * channels * itemsize))


def _layout(x: np.ndarray, filters: bool) -> tuple[int, tuple[int, int, int], int, int]:
    """Number of images, strides of an image, row and pixel in elements, height and width."""
    if filters:  # (kh, kw, c, f): every input channel is an image with the filters as channels
        h, w, n, c = x.shape
        return n, (c, w * n * c, n * c), h, w
    n, h, w, c = x.shape
    return n, (h * w * c, w * c, c), h, w


def to_points(
    x: np.ndarray, transform: Transform, tiles: Tiles, *, filters: bool = False
) -> np.ndarray:
    """Transform every tile of images (n, h, w, c), or filters (kh, kw, c, f), to points.

    Returns
    -------
    ndarray, shape (points, tiles, channels)
        Complex if the transform has two planes. For filters: (points, c, f).
    """
    n, strides, height, width = _layout(x, filters)
    count, channels = n * tiles.counts[0] * tiles.counts[1], x.shape[3]
    shape = (transform.starts[-1], count, channels, transform.planes)
    points, flat = new_array(shape, x.dtype), x.reshape(-1)
    chunk = _chunk(tiles, channels, x.itemsize)

    def work(_: int, start: int, stop: int) -> None:
        _to_points(flat, height, width, strides, tiles, transform, chunk, points, start, stop)

    run_blocks(work, count, chunk)
    return _join(points)


def from_points(
    points: np.ndarray, transform: Transform, x: np.ndarray, tiles: Tiles, *, filters: bool = False
) -> None:
    """Add the adjoint of :func:`to_points` onto `x`."""
    n, strides, height, width = _layout(x, filters)
    per_image = tiles.counts[0] * tiles.counts[1]
    chunk = _chunk(tiles, x.shape[3], x.itemsize)
    # Tiles that overlap belong to one thread.
    block = chunk if tiles.step == tiles.size else -(-chunk // per_image) * per_image
    planes, flat = _split(points, transform.planes), x.reshape(-1)

    def work(_: int, start: int, stop: int) -> None:
        _from_points(planes, transform, chunk, flat, height, width, strides, tiles, start, stop)

    run_blocks(work, n * per_image, block)


def _join(points: np.ndarray) -> np.ndarray:
    """View (..., 2) real planes as complex numbers, (..., 1) as real ones."""
    if points.shape[-1] == 2:
        return points.view(np.result_type(points.dtype, np.complex64))[..., 0]
    return points[..., 0]


def _split(points: np.ndarray, planes: int) -> np.ndarray:
    return points.view(points.real.dtype).reshape(*points.shape, planes)


def filter_tiles(w: np.ndarray) -> Tiles:
    """Cut filters (kh, kw, c, f): every input channel is one image of one tile."""
    size = (w.shape[0], w.shape[1])
    return Tiles(size, (1, 1), size, (0, 0))
