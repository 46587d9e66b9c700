"""Tiles of images to the points of a Fourier transform, and back.

A linear map of a two-dimensional tile is one small matrix down the columns, then one along the
rows: `first` makes slots out of rows, `second` makes points out of each slot. Both run over long
rows of channels, a few tiles at a time, so that what lies between them stays in the cache.
"""

from typing import NamedTuple

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.memory import new_array
from minicnn.kernels.threads import run_blocks
from minicnn.kernels.tiles import Images, Tiles, covers_once

__all__ = [
    "Transform",
    "from_points",
    "from_points_reference",
    "to_points",
    "to_points_reference",
]

#: Bytes of one thread's slots between the two steps of a transform. With its tiles and points they
#: fill half of a usual L2 cache.
SCRATCH_BYTES = 5 * 2**16


class Transform(NamedTuple):
    """A linear map from a tile (rows, columns) to complex points, in real numbers.

    A complex number takes two rows: its real part, then its imaginary part.

    Attributes
    ----------
    first : ndarray, shape (2 * slots, rows)
        The map down the columns.
    second : ndarray, shape (2 * points, 2 * columns)
        The maps along the rows, slot after slot.
    starts : ndarray of int, shape (slots + 1,)
        The points of slot q are starts[q] to starts[q + 1].
    """

    first: np.ndarray
    second: np.ndarray
    starts: np.ndarray

    def matrix(self) -> np.ndarray:
        """Return both steps as one complex array B, shape (points, rows, columns)."""
        slot_of_point = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        first = self.first.reshape(-1, 2, self.first.shape[1])[slot_of_point]
        second = self.second.reshape(len(self.second) // 2, 2, 2, -1)
        # s: real or imaginary part of the slot; z: the same of the point.
        parts = np.einsum("psi,pzsj->zpij", first, second)
        return parts[0] + 1j * parts[1]

    def conjugate(self) -> "Transform":
        """Return the map to the conjugated points."""
        second = self.second.copy()
        second[1::2] *= -1
        return self._replace(second=second)


def to_points_reference(x: np.ndarray, tiles: Tiles, transform: Transform) -> np.ndarray:
    """B x of (fast_conv2d.1) for every tile of `x` (n, h, w, c): shape (points, tiles, c)."""
    cut = np.stack(_tiles_of(_pad(x, tiles), tiles), axis=1).reshape(-1, *tiles.size, x.shape[3])
    return np.einsum("pij,tijc->ptc", transform.matrix(), cut)


def from_points_reference(
    points: np.ndarray,
    transform: Transform,
    tiles: Tiles,
    x: np.ndarray,
    shift: np.ndarray | None = None,
) -> None:
    """Set `x` (n, h, w, c) to B' of the points (points, tiles, c), the adjoint, plus `shift`."""
    cut = np.einsum("pij,ptc->tijc", transform.matrix().conj(), points).real
    cut = cut.reshape(len(x), -1, *cut.shape[1:])
    padded = _pad(np.zeros_like(x), tiles)
    for number, tile in enumerate(_tiles_of(padded, tiles)):
        tile += cut[:, number]
    rows, columns = tiles.size
    x[:] = padded[:, rows:-rows, columns:-columns]
    if shift is not None:
        x += shift


def _pad(x: np.ndarray, tiles: Tiles) -> np.ndarray:
    """Put zeros around images (n, h, w, c), as many as a tile has pixels."""
    rows, columns = tiles.size
    return np.pad(x, [(0, 0), (rows, rows), (columns, columns), (0, 0)])


def _tiles_of(padded: np.ndarray, tiles: Tiles) -> list[np.ndarray]:
    """View each tile of padded images: (n, rows, columns, c), one for every place in an image."""
    (rows, columns), (down, across), step, start = tiles
    tops = rows + start[0] + step[0] * np.arange(down)
    lefts = columns + start[1] + step[1] * np.arange(across)
    return [padded[:, r : r + rows, s : s + columns] for r in tops for s in lefts]


@njit(cache=True, nogil=True)
def _corner(number, tiles):
    # Image, row and column at which a tile begins.
    down, across = tiles.counts
    image, place = divmod(number, down * across)
    row = place // across * tiles.step[0] + tiles.start[0]
    column = place % across * tiles.step[1] + tiles.start[1]
    return image, row, column


@njit(cache=True, nogil=True)
def _offset(image, row, column, strides, shape):
    # Where a pixel begins in the flat array; -1 outside the image.
    if 0 <= row < shape[1] and 0 <= column < shape[2]:
        return image * strides[0] + row * strides[1] + column * strides[2]
    return -1


@njit(cache=True, nogil=True)
def _gather(x, tiles, start, cut):
    # cut (rows, columns, n, channels): n tiles from number start on; zeros outside the image.
    rows, columns, n, channels = cut.shape
    pixels, strides, shape = x
    for t in range(n):
        image, top, left = _corner(start + t, tiles)
        for i in range(rows):
            for j in range(columns):
                pixel = _offset(image, top + i, left + j, strides, shape)
                if pixel >= 0:
                    for k in range(channels):
                        cut[i, j, t, k] = pixels[pixel + k]
                else:
                    for k in range(channels):
                        cut[i, j, t, k] = 0


@njit(cache=True, nogil=True)
def _scatter(cut, tiles, start, shift, once, x):
    # The adjoint of _gather. If tiles cover pixels once, each is set to its number plus the shift;
    # otherwise the tiles are added.
    rows, columns, n, channels = cut.shape
    pixels, strides, shape = x
    for t in range(n):
        image, top, left = _corner(start + t, tiles)
        for i in range(rows):
            for j in range(columns):
                pixel = _offset(image, top + i, left + j, strides, shape)
                if pixel >= 0 and once:
                    for k in range(channels):
                        pixels[pixel + k] = cut[i, j, t, k] + shift[k]
                elif pixel >= 0:
                    for k in range(channels):
                        pixels[pixel + k] += cut[i, j, t, k]


@njit(cache=True, nogil=True)
def _fill(x, first, last, shift):
    # Sets images first to last.
    pixels, strides, shape = x
    for image in range(first, last):
        for row in range(shape[1]):
            for column in range(shape[2]):
                pixel = _offset(image, row, column, strides, shape)
                for k in range(shape[3]):
                    pixels[pixel + k] = shift[k]


@njit(cache=True, nogil=True)
def _to_points(x, tiles, transform, parts, start, stop):
    # parts (points, tiles, 2 * channels): real part, imaginary part, and so on.
    first, second, starts = transform
    (rows, columns), n, channels = tiles.size, stop - start, x.shape[3]
    cut = np.empty((rows, columns, n, channels), parts.dtype)
    _gather(x, tiles, start, cut)
    slots = np.empty((len(first), columns * n * channels), parts.dtype)
    np.dot(first, cut.reshape(rows, columns * n * channels), slots)
    for q in range(len(starts) - 1):
        slot = slots[2 * q : 2 * q + 2].reshape(2 * columns, n * channels)
        maps = second[2 * starts[q] : 2 * starts[q + 1]]
        done = np.empty((len(maps), n * channels), parts.dtype)
        np.dot(maps, slot, done)
        for p in range(starts[q + 1] - starts[q]):
            point = parts[starts[q] + p, start:stop].reshape(2 * n * channels)
            for k in range(n * channels):
                point[2 * k] = done[2 * p, k]
                point[2 * k + 1] = done[2 * p + 1, k]


@njit(cache=True, nogil=True)
def _from_points(parts, transform, tiles, x, shift, once, chunk, begin, end):
    # The adjoint of _to_points, a chunk of tiles at a time.
    first, second, starts = transform
    if not once:
        per_image = tiles.counts[0] * tiles.counts[1]
        _fill(x, begin // per_image, end // per_image, shift)
    (rows, columns), channels = tiles.size, x.shape[3]
    for start in range(begin, end, chunk):
        n = min(chunk, end - start)
        slots = np.empty((len(first), columns * n * channels), parts.dtype)
        for q in range(len(starts) - 1):
            count = starts[q + 1] - starts[q]
            given = np.empty((2 * count, n * channels), parts.dtype)
            for p in range(count):
                point = parts[starts[q] + p, start : start + n].reshape(2 * n * channels)
                for k in range(n * channels):
                    given[2 * p, k] = point[2 * k]
                    given[2 * p + 1, k] = point[2 * k + 1]
            slot = slots[2 * q : 2 * q + 2].reshape(2 * columns, n * channels)
            np.dot(second[2 * starts[q] : 2 * starts[q + 1]].T, given, slot)
        flat = np.empty((rows, columns * n * channels), parts.dtype)
        np.dot(first.T, slots, flat)
        _scatter(flat.reshape(rows, columns, n, channels), tiles, start, shift, once, x)


def _chunk(tiles: Tiles, transform: Transform, x: Images) -> int:
    """Tiles whose slots, of which filters have more than taps, fit into a thread's cache."""
    height = max(len(transform.first), tiles.size[0])
    return max(1, SCRATCH_BYTES // (height * tiles.size[1] * x.shape[3] * x.pixels.itemsize))


def to_points(x: Images, tiles: Tiles, transform: Transform) -> np.ndarray:
    """Transform every tile: complex, shape (points, tiles, channels)."""
    count = x.shape[0] * tiles.counts[0] * tiles.counts[1]
    real = x.pixels.dtype
    points = new_array(
        (transform.starts[-1], count, x.shape[3]), np.result_type(real, np.complex64)
    )
    parts = points.view(real)

    def work(_: int, start: int, stop: int) -> None:
        _to_points(x, tiles, transform, parts, start, stop)

    run_blocks(work, count, _chunk(tiles, transform, x))
    return points


def from_points(
    points: np.ndarray,
    transform: Transform,
    tiles: Tiles,
    x: Images,
    shift: np.ndarray | None = None,
) -> None:
    """Set the pixels of `x` to the adjoint of :func:`to_points`, plus `shift` (channels,)."""
    per_image, chunk = tiles.counts[0] * tiles.counts[1], _chunk(tiles, transform, x)
    once = covers_once(tiles, x)
    # Tiles that overlap belong to one thread.
    block = chunk if once else -(-chunk // per_image) * per_image
    real = x.pixels.dtype
    parts = points.view(real)
    added = np.zeros(x.shape[3], real) if shift is None else np.ascontiguousarray(shift, real)

    def work(_: int, start: int, stop: int) -> None:
        _from_points(parts, transform, tiles, x, added, once, chunk, start, stop)

    run_blocks(work, x.shape[0] * per_image, block)
