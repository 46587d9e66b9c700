"""How images, and filters, lie in memory and are cut into tiles."""

from typing import NamedTuple

import numpy as np

__all__ = [
    "Images",
    "Tiles",
    "covers_once",
    "filters_as_images",
    "images",
    "padded",
    "tiles_of",
]


class Tiles(NamedTuple):
    """How images are cut into tiles.

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


class Images(NamedTuple):
    """Images (n, h, w, c) of any order in memory, as long as a pixel's channels stand together.

    Attributes
    ----------
    pixels : ndarray, flat
        Pixel (r, s) of image i begins at ``i * strides[0] + r * strides[1] + s * strides[2]``.
    strides : tuple of int
        From one image, row and pixel to the next.
    shape : tuple of int
        (n, h, w, c).
    """

    pixels: np.ndarray
    strides: tuple[int, int, int]
    shape: tuple[int, int, int, int]


def images(x: np.ndarray) -> Images:
    """View a contiguous array (n, h, w, c) as images."""
    n, h, w, c = x.shape
    return Images(x.reshape(-1), (h * w * c, w * c, c), (n, h, w, c))


def filters_as_images(w: np.ndarray) -> tuple[Images, Tiles]:
    """View contiguous filters (kh, kw, c, f) as c images of f channels, each of them one tile."""
    kh, kw, c, f = w.shape
    tiles = Tiles(size=(kh, kw), counts=(1, 1), step=(kh, kw), start=(0, 0))
    return Images(w.reshape(-1), (f, kw * c * f, c * f), (c, kh, kw, f)), tiles


def covers_once(tiles: Tiles, x: Images) -> bool:
    """Whether every pixel is in exactly one tile."""
    return all(
        (count == 1 or size == step) and start <= 0 and start + (count - 1) * step + size >= extent
        for size, count, step, start, extent in zip(*tiles, x.shape[1:3], strict=True)
    )


def padded(x: np.ndarray, tiles: Tiles) -> np.ndarray:
    """Put zeros around images (n, h, w, c), as many as a tile has pixels."""
    rows, columns = tiles.size
    return np.pad(x, [(0, 0), (rows, rows), (columns, columns), (0, 0)])


def tiles_of(wide: np.ndarray, tiles: Tiles) -> list[np.ndarray]:
    """View each tile of padded images: (n, rows, columns, c), one for every place in an image."""
    (rows, columns), (down, across), step, start = tiles
    tops = rows + start[0] + step[0] * np.arange(down)
    lefts = columns + start[1] + step[1] * np.arange(across)
    return [wide[:, r : r + rows, s : s + columns] for r in tops for s in lefts]
