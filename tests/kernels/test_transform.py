from contextlib import contextmanager

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import tiles as tiles_file
from minicnn.kernels import transform as kernel
from minicnn.kernels.tiles import Tiles
from minicnn.kernels.transform import Transform

SMALL, PAIR = st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4))
DTYPES = st.sampled_from([np.float32, np.float64])


@contextmanager
def small_chunks():
    """Cut the tiles of a test, which are too few for it, into several chunks."""
    usual, kernel.SCRATCH_BYTES = kernel.SCRATCH_BYTES, 2**9
    try:
        yield
    finally:
        kernel.SCRATCH_BYTES = usual


def draw(rng, size, slots, dtype):
    """Draw any linear map from tiles to complex points; a slot has one point or more."""
    starts = np.concatenate([[0], np.cumsum(rng.integers(1, 4, slots))])
    first = rng.normal(size=(2 * slots, size[0])).astype(dtype)
    second = rng.normal(size=(2 * starts[-1], 2 * size[1])).astype(dtype)
    return Transform(first, second, starts)


def close(ours, theirs, dtype):
    assert ours.dtype == theirs.dtype
    # A number is a sum of less than 1000 products, each of three normal numbers.
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1000 * np.finfo(dtype).eps)


@given(st.tuples(SMALL, SMALL, SMALL, SMALL), PAIR, PAIR, PAIR, SMALL, DTYPES, st.integers(0, 99))
def test_fast_is_the_einsum_and_its_adjoint(shape, size, counts, step, slots, dtype, seed):
    rng = np.random.default_rng(seed)
    # The first tile may begin before the image, and the last end behind it.
    tiles = Tiles(size, counts, step, tuple(int(-rng.integers(0, s)) for s in size))
    counts = tuple(
        min(n, 1 + (h - 1 - b) // s)
        for n, h, b, s in zip(counts, shape[1:3], tiles.start, step, strict=True)
    )
    tiles = tiles._replace(counts=counts)
    transform = draw(rng, size, slots, dtype)
    x = rng.normal(size=shape).astype(dtype)
    with small_chunks():
        points = kernel.to_points(tiles_file.images(x), tiles, transform)
    assert points.dtype == np.result_type(dtype, np.complex64)
    close(points, kernel.to_points_reference(x, tiles, transform), dtype)

    expected = x.copy()
    shift = rng.normal(size=shape[3]).astype(dtype) if seed % 2 else None
    kernel.from_points_reference(points, transform, tiles, expected, shift)
    with small_chunks():
        kernel.from_points(points, transform, tiles, tiles_file.images(x), shift)
    np.testing.assert_allclose(
        x, expected, rtol=0, atol=100 * np.finfo(dtype).eps * np.abs(expected).max()
    )


@given(st.tuples(SMALL, SMALL, SMALL, SMALL), SMALL, DTYPES, st.integers(0, 99))
def test_filters_are_images_of_one_tile(shape, slots, dtype, seed):
    rng = np.random.default_rng(seed)
    transform = draw(rng, shape[:2], slots, dtype)
    w = rng.normal(size=shape).astype(dtype)
    images, tiles = tiles_file.filters_as_images(w)
    points = kernel.to_points(images, tiles, transform)
    assert points.shape == (transform.starts[-1], shape[2], shape[3])
    close(points, np.einsum("pij,ijcf->pcf", transform.matrix(), w), dtype)


def test_the_matrix_is_both_steps_in_complex_numbers():
    first, second = np.array([[1.0, 2.0], [3.0, 4.0]]), np.eye(2)  # one slot; the point is the slot
    transform = Transform(first, second, np.array([0, 1]))
    np.testing.assert_array_equal(transform.matrix(), [[[1 + 3j], [2 + 4j]]])
    np.testing.assert_array_equal(transform.conjugate().matrix(), [[[1 - 3j], [2 - 4j]]])
