from contextlib import contextmanager

import numpy as np
import pytest
from convolutions import CASES, draw, geometry_of
from hypothesis import given

from minicnn.kernels import conv2d_fft as kernel
from minicnn.kernels import fourier, transform
from minicnn.kernels.conv2d import (
    conv2d_backward_reference,
    conv2d_im2col,
    conv2d_im2col_backward,
    conv2d_reference,
)


def fast(x, w, dy, geometry):
    maps = fourier.fourier(geometry, x.shape[1:3])
    y, points = kernel.conv2d_fft(x, w, None, geometry, maps)
    return y, *kernel.conv2d_fft_backward(dy, x, w, points, maps)


def reference(x, w, dy, geometry):
    y = kernel.conv2d_fft_reference(x, w, geometry)
    return y, *kernel.conv2d_fft_backward_reference(dy, x, w, geometry)


def loop(x, w, dy, geometry):
    return conv2d_reference(x, w, geometry), *conv2d_backward_reference(dy, x, w, geometry)


def im2col(x, w, dy, geometry):
    return conv2d_im2col(x, w, geometry), *conv2d_im2col_backward(dy, x, w, geometry)


@contextmanager
def small_tiles():
    """Cut small images into several tiles, and the work into several blocks."""
    usual = fourier.LARGEST, transform.SCRATCH_BYTES, kernel.POINT_BYTES
    fourier.LARGEST, transform.SCRATCH_BYTES, kernel.POINT_BYTES = 8, 2**10, 2**14
    fourier.fourier.cache_clear()
    try:
        yield
    finally:
        fourier.LARGEST, transform.SCRATCH_BYTES, kernel.POINT_BYTES = usual
        fourier.fourier.cache_clear()


def close(ours, theirs, dtype):
    tolerance = 3e-6 if dtype == np.float32 else 5e-14
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == dtype
        atol = tolerance * max(1, np.abs(other).max())
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)


def in_float64(*arrays):
    return [array.astype(np.float64) for array in arrays]


@given(*CASES)
def test_the_reference_is_the_loop(shape, taps, filters, padding, dtype):
    geometry, (x, w, _, dy) = draw(shape, taps, filters, padding, dtype)
    exact = loop(*in_float64(x, w, dy), geometry)
    close(reference(x, w, dy, geometry), exact, dtype)


@given(*CASES)
def test_fast_is_the_reference(shape, taps, filters, padding, dtype):
    geometry, (x, w, _, dy) = draw(shape, taps, filters, padding, dtype)
    exact = reference(*in_float64(x, w, dy), geometry)
    close(fast(x, w, dy, geometry), exact, dtype)


@pytest.mark.parametrize(
    ("shape", "taps"), [((2, 13, 9, 3), (3, 3)), ((1, 17, 20, 2), (5, 4)), ((2, 9, 30, 1), (1, 5))]
)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_images_larger_than_a_tile(shape, taps, padding, dtype):
    geometry, (x, w, _, dy) = draw(shape, taps, 2, padding, dtype)
    with small_tiles():
        maps = fourier.fourier(geometry, shape[1:3])
        assert max(maps.image_tiles.counts) > 1
        ours = fast(x, w, dy, geometry)
    close(ours, reference(*in_float64(x, w, dy), geometry), dtype)


@pytest.mark.parametrize(
    ("size", "c", "f", "taps"), [(24, 32, 32, 5), (12, 64, 64, 3), (6, 64, 64, 5)]
)
@pytest.mark.parametrize("rectified", [False, True])
def test_float32_errs_at_most_three_times_as_much_as_im2col(size, c, f, taps, rectified):
    geometry, (x, w, _, dy) = draw((4, size, size, c), (taps, taps), f, "same", np.float32)
    if rectified:  # what a network's inner layers see
        x = np.maximum(x, 0)
    exact = im2col(*in_float64(x, w, dy), geometry)
    ours, theirs = fast(x, w, dy, geometry), im2col(x, w, dy, geometry)
    for one, other, truth in zip(ours, theirs, exact, strict=True):
        for norm in (np.linalg.norm, lambda array: np.abs(array).max()):
            assert norm((one - truth).ravel()) <= 3 * norm((other - truth).ravel())


def test_a_nan_shows():
    geometry = geometry_of((6, 6), (3, 3), "same")
    x, w = np.ones((1, 6, 6, 1), np.float32), np.ones((3, 3, 1, 1), np.float32)
    x[0, 2, 2, 0] = np.nan
    y, _, _ = fast(x, w, x, geometry)
    assert np.isnan(y[0, 1:4, 1:4]).all()


def test_without_images_the_gradient_of_the_filters_is_zero():
    geometry = geometry_of((6, 6), (3, 3), "same")
    x, w = np.ones((0, 6, 6, 2), np.float32), np.ones((3, 3, 2, 4), np.float32)
    y, dx, dw = fast(x, w, np.ones((0, 6, 6, 4), np.float32), geometry)
    assert (y.shape, dx.shape, dw.dtype) == ((0, 6, 6, 4), (0, 6, 6, 2), np.float32)
    np.testing.assert_array_equal(dw, np.zeros_like(w))
