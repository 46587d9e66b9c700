from contextlib import contextmanager

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import tiles as tiles_file
from minicnn.kernels import transform as kernel
from minicnn.kernels.point_layout import as_complex, count_points, kept_points
from minicnn.kernels.tiles import Tiles
from minicnn.kernels.vectors import lanes

SMALL, PAIR = st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4))
CHANNELS = st.integers(1, 40)
DTYPES = st.sampled_from([np.float32, np.float64])


@contextmanager
def small_chunks():
    """Cut the tiles of a test, which are too few for it, into several chunks and blocks."""
    usual = kernel.SCRATCH_BYTES, kernel.BLOCK_BYTES
    kernel.SCRATCH_BYTES, kernel.BLOCK_BYTES = 2**11, 2**13
    try:
        yield
    finally:
        kernel.SCRATCH_BYTES, kernel.BLOCK_BYTES = usual


def close(ours, theirs, dtype, terms):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=5 * terms * np.finfo(dtype).eps)


@given(st.tuples(SMALL, SMALL, SMALL, CHANNELS), PAIR, PAIR, PAIR, PAIR, DTYPES, st.integers(0, 99))
def test_fast_is_numpys_fft_and_its_inverse(shape, size, counts, step, rest, dtype, seed):
    rng = np.random.default_rng(seed)
    # The first tile may begin before the image, and the last end behind it.
    tiles = Tiles(size, counts, step, tuple(int(-rng.integers(0, s)) for s in size))
    counts = tuple(
        min(n, 1 + (h - 1 - b) // s)
        for n, h, b, s in zip(counts, shape[1:3], tiles.start, step, strict=True)
    )
    tiles = tiles._replace(counts=counts)
    circle = tuple(s + r - 1 for s, r in zip(size, rest, strict=True))
    origin = tuple(int(rng.integers(0, n)) for n in circle)
    x = rng.normal(size=shape).astype(dtype)
    with small_chunks():
        points = kernel.to_points(tiles_file.images(x), tiles, circle, origin)
    assert points.dtype == dtype
    expected = kernel.to_points_reference(x.astype(np.float64), tiles, circle, origin)
    close(as_complex(points, shape[3]), expected, dtype, circle[0] * circle[1])
    assert (points.reshape(*points.shape[:1], -1, 2 * lanes(np.dtype(dtype))) != 0).any()

    exact = x.astype(np.float64)
    shift = rng.normal(size=shape[3]).astype(dtype) if seed % 2 else None
    kernel.from_points_reference(expected, circle, tiles, exact, shift, origin)
    with small_chunks():
        kernel.from_points(points, circle, tiles, tiles_file.images(x), shift, origin)
    close(x, exact, dtype, 10 * circle[0] * circle[1])


@given(st.tuples(SMALL, SMALL, SMALL, CHANNELS), DTYPES, st.integers(0, 99))
def test_filters_are_images_of_one_tile_and_rows_beyond_are_zero(shape, dtype, seed):
    w = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    images, tiles = tiles_file.filters_as_images(w)
    circle = shape[0] + 2, shape[1] + 1
    points = kernel.to_points(images, tiles, circle, rows=shape[2] + 3)
    whole = np.fft.fft2(w.astype(np.float64), circle, axes=(0, 1))
    close(
        as_complex(points, shape[3])[:, : shape[2]],
        kept_points(whole),
        dtype,
        circle[0] * circle[1],
    )
    assert (points[:, :, shape[2] :] == 0).all()


@given(CHANNELS, DTYPES)
def test_channels_beyond_the_last_are_zero(channels, dtype):
    x = np.ones((2, 3, 3, channels), dtype)
    points = kernel.to_points(tiles_file.images(x), Tiles((3, 3), (1, 1), (3, 3), (0, 0)), (3, 4))
    numbers = np.moveaxis(points, 1, 3).reshape(*points.shape[:1], 2, 2, -1)
    assert (numbers[..., channels:] == 0).all()


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_the_points_that_are_kept_are_counted(circle):
    assert count_points(circle) == len(kept_points(np.zeros(circle)))
