"""Tiles of images to the points of a Fourier transform, and back.

A tile lies on a circle, the rest of which is zero. The transform runs down the columns first,
then along the rows (:mod:`~minicnn.kernels.dft_steps`). The numbers are real, so the points at
(q, p) and (-q, -p) are conjugates, and half of them are enough: all p for 0 < q < n/2, and half of
the p where q is its own opposite. What the columns give for one q is called a slot.

:mod:`~minicnn.kernels.point_layout` says which points are kept, and how they lie in memory.
"""

import numpy as np

from minicnn.kernels.cache import njit
from minicnn.kernels.dft_steps import call, dft_steps
from minicnn.kernels.memory import aligned_array
from minicnn.kernels.point_layout import count_points, kept_points
from minicnn.kernels.threads import run_blocks
from minicnn.kernels.tiles import Images, Tiles, covers_once, padded, tiles_of
from minicnn.kernels.vectors import VECTOR_BYTES, aligned_like, lanes, operation

__all__ = [
    "from_points",
    "from_points_reference",
    "to_points",
    "to_points_reference",
]

#: Bytes of what lies between the two steps of a transform in one thread: part of an L2 cache.
SCRATCH_BYTES = 2**17
#: Bytes of the points that a thread makes or reads at a time.
BLOCK_BYTES = 2**19


def to_points_reference(
    x: np.ndarray, tiles: Tiles, circle: tuple[int, int], origin: tuple[int, int] = (0, 0)
) -> np.ndarray:
    """Transform every tile of `x` (n, h, w, c) with NumPy's FFT: complex (points, tiles, c)."""
    cut = np.stack(tiles_of(padded(x, tiles), tiles), axis=1).reshape(-1, *tiles.size, x.shape[3])
    rest = [(0, n - size) for n, size in zip(circle, tiles.size, strict=True)]
    whole = np.roll(np.pad(cut, [(0, 0), *rest, (0, 0)]), origin, (1, 2))
    return kept_points(np.moveaxis(np.fft.fft2(whole, axes=(1, 2)), 0, 2))


def from_points_reference(
    points: np.ndarray,
    circle: tuple[int, int],
    tiles: Tiles,
    x: np.ndarray,
    shift: np.ndarray | None = None,
    origin: tuple[int, int] = (0, 0),
) -> None:
    """Set `x` (n, h, w, c) to the inverse transform of complex points, plus `shift`."""
    n, m = circle
    whole = np.zeros((n, m, *points.shape[1:]), points.dtype)
    for q, p, point in zip(*map(kept_points, np.indices(circle)), points, strict=True):
        whole[-q % n, -p % m], whole[q, p] = point.conj(), point
    cut = np.moveaxis(np.fft.ifft2(whole, axes=(0, 1)).real, 2, 0)
    cut = np.roll(cut, np.negative(origin), (1, 2))[:, : tiles.size[0], : tiles.size[1]]
    cut = cut.reshape(len(x), -1, *cut.shape[1:])
    wide = padded(np.zeros_like(x), tiles)
    for number, tile in enumerate(tiles_of(wide, tiles)):
        tile += cut[:, number]
    rows, columns = tiles.size
    x[:] = wide[:, rows:-rows, columns:-columns]
    if shift is not None:
        x += shift


@operation
def _copy(machine, x, at, y, place):
    machine.store(machine.load(x, at), y, place)


@operation
def _clear(machine, y, place):
    machine.store(machine.zero(y), y, place)


@operation
def _set(machine, x, at, factor, added, where, y, place):
    machine.store(machine.load(x, at) * factor + machine.load(added, where), y, place)


@operation
def _set_streaming(machine, x, at, factor, added, where, y, place):
    machine.stream(machine.load(x, at) * factor + machine.load(added, where), y, place)


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
    # Where a pixel begins in the flat array; -1 outside of the images.
    if image < shape[0] and 0 <= row < shape[1] and 0 <= column < shape[2]:
        return image * strides[0] + row * strides[1] + column * strides[2]
    return -1


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
def _to_points(x, tiles, circle, steps, origin, points, chunk, begin, end):
    pixels, strides, shape = x
    panels, count, _, width = points.shape[1:]
    (n, m), (down, own, other) = circle, steps
    slots, channels = n // 2 + 1, shape[3]
    flat = points.reshape(-1)
    column = aligned_like(n * width, pixels)
    offsets = np.full(n, -1, np.int64)
    # Numbers from one slot, pixel and point to the next.
    slot, point = chunk * panels * 2 * width, panels * count * 2 * width
    pixel = slots * slot
    between = aligned_like(m * pixel, pixels)
    between[:] = 0  # columns of zeros stay
    for start in range(begin, end, chunk):
        stop = min(end, start + chunk)
        for j in range(tiles.size[1]):
            there = (j + origin[1]) % m * pixel
            for tile in range(start, stop):
                image, top, left = _corner(tile, tiles)
                for i in range(tiles.size[0]):
                    offsets[(i + origin[0]) % n] = _offset(image, top + i, left + j, strides, shape)
                for panel in range(panels):
                    first = panel * width
                    whole = first + width <= channels
                    for i in range(n):
                        if offsets[i] >= 0 and whole:
                            _copy(pixels, offsets[i] + first, column, i * width)
                        else:
                            _clear(column, i * width)
                            if offsets[i] >= 0:
                                for k in range(channels - first):
                                    column[i * width + k] = pixels[offsets[i] + first + k]
                    place = there + ((tile - start) * panels + panel) * 2 * width
                    call(down, column, 0, width, between, place, slot)
        done = 0
        for q in range(slots):
            for panel in range(panels):
                for tile in range(start, stop):
                    at = q * slot + ((tile - start) * panels + panel) * 2 * width
                    place = done * point + (panel * count + tile) * 2 * width
                    if 2 * q % n == 0:
                        call(own, between, at, pixel, flat, place, point)
                    else:
                        call(other, between, at, pixel, flat, place, point)
            done += m // 2 + 1 if 2 * q % n == 0 else m


@njit(cache=True, nogil=True)
def _from_points(points, circle, steps, origin, tiles, x, shift, once, stream, chunk, begin, end):
    pixels, strides, shape = x
    panels, count, _, width = points.shape[1:]
    (n, m), (down, own, other) = circle, steps
    slots, channels = n // 2 + 1, shape[3]
    factor = pixels.dtype.type(1 / (n * m))
    flat = points.reshape(-1)
    column = aligned_like(n * width, pixels)
    slot, point = chunk * 2 * width, panels * count * 2 * width
    pixel = slots * slot
    between = aligned_like(m * pixel, pixels)
    if not once:
        per_image = tiles.counts[0] * tiles.counts[1]
        _fill(x, begin // per_image, end // per_image, shift)
    for panel in range(panels):
        first = panel * width
        whole = first + width <= channels
        for start in range(begin, end, chunk):
            stop = min(end, start + chunk)
            done = 0
            for q in range(slots):
                for tile in range(start, stop):
                    at = done * point + (panel * count + tile) * 2 * width
                    place = q * slot + (tile - start) * 2 * width
                    if 2 * q % n == 0:
                        call(own, flat, at, point, between, place, pixel)
                    else:
                        call(other, flat, at, point, between, place, pixel)
                done += m // 2 + 1 if 2 * q % n == 0 else m
            for j in range(tiles.size[1]):
                there = (j + origin[1]) % m * pixel
                for tile in range(start, stop):
                    image, top, left = _corner(tile, tiles)
                    place = there + (tile - start) * 2 * width
                    call(down, between, place, slot, column, 0, width)
                    for i in range(tiles.size[0]):
                        at = (i + origin[0]) % n * width
                        place = _offset(image, top + i, left + j, strides, shape)
                        if place < 0:
                            continue
                        place += first
                        if not whole:
                            for k in range(channels - first):
                                added = shift[first + k] if once else pixels[place + k]
                                pixels[place + k] = column[at + k] * factor + added
                        elif not once:
                            _set(column, at, factor, pixels, place, pixels, place)
                        elif stream:
                            _set_streaming(column, at, factor, shift, first, pixels, place)
                        else:
                            _set(column, at, factor, shift, first, pixels, place)


def _chunk(circle: tuple[int, ...], vectors: int) -> int:
    """Tiles whose slots fit into a thread's scratch."""
    return max(1, SCRATCH_BYTES // ((circle[0] // 2 + 1) * circle[1] * 2 * vectors * VECTOR_BYTES))


def _block(points: np.ndarray, per_image: int = 1) -> int:
    """Tiles of whole images that a thread takes at a time."""
    tiles = max(1, BLOCK_BYTES * points.shape[2] // points.nbytes) if points.size else 1
    return -(-tiles // per_image) * per_image


def to_points(
    x: Images,
    tiles: Tiles,
    circle: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
    rows: int | None = None,
) -> np.ndarray:
    """Transform every tile.

    Parameters
    ----------
    x : Images
    tiles : Tiles
    circle : tuple of int
        Rows and columns, at least those of a tile.
    origin : tuple of int
        Where on the circle a tile's first pixel lies; others follow, and go round.
    rows : int, optional
        Number of tiles in the result. Those beyond the last real one are zero. By default, there
        are none of these.

    Returns
    -------
    ndarray, shape (points, panels, rows, 2, lanes)
    """
    dtype = x.pixels.dtype
    count = x.shape[0] * tiles.counts[0] * tiles.counts[1] if rows is None else rows
    panels = -(-x.shape[3] // lanes(dtype))
    points = aligned_array((count_points(circle), panels, count, 2, lanes(dtype)), dtype)
    block = _block(points)
    chunk, steps = min(block, _chunk(circle, panels)), dft_steps(circle, dtype, back=False)

    def work(_: int, start: int, stop: int) -> None:
        _to_points(x, tiles, circle, steps, origin, points, chunk, start, stop)

    run_blocks(work, count, block)
    return points


def from_points(
    points: np.ndarray,
    circle: tuple[int, int],
    tiles: Tiles,
    x: Images,
    shift: np.ndarray | None = None,
    origin: tuple[int, int] = (0, 0),
) -> None:
    """Set the pixels of `x` to the inverse of :func:`to_points`, plus `shift` (channels,).

    Where tiles overlap, they are added.
    """
    dtype = x.pixels.dtype
    per_image = tiles.counts[0] * tiles.counts[1]
    once = covers_once(tiles, x)
    block = _block(points, 1 if once else per_image)  # tiles that overlap belong to one thread
    chunk, steps = min(block, _chunk(circle, 1)), dft_steps(circle, dtype, back=True)
    added = np.zeros(x.shape[3], dtype) if shift is None else np.ascontiguousarray(shift, dtype)
    # Every vector of every pixel begins at the address of a whole vector.
    stream = x.pixels.ctypes.data % VECTOR_BYTES == 0 and x.shape[3] % lanes(dtype) == 0

    def work(_: int, start: int, stop: int) -> None:
        _from_points(
            points, circle, steps, origin, tiles, x, added, once, stream, chunk, start, stop
        )

    run_blocks(work, x.shape[0] * per_image, block)
