import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import conv2d_direct as conv2d_direct_file
from minicnn.kernels.conv2d import conv2d_im2col, conv2d_reference
from minicnn.kernels.conv2d_direct import (
    WHOLE,
    conv2d_direct,
    conv2d_direct_reference,
)
from minicnn.kernels.vectors import lanes
from minicnn.layers.windows import window_geometry

_STEPS = st.sampled_from(
    [((1, 1), (2, 1)), ((1, 1), (1, 1)), ((2, 1), (1, 1)), ((3, 2), (1, 1)), ((1, 1), (2, 3))]
)


def draw(size, taps, steps, padding, channels, filters, dtype, images=2):
    (strides, dilation), rng = steps, np.random.default_rng(0)
    geometry = window_geometry(size, taps, strides, padding, dilation)
    shapes = (images, *size, channels), (*taps, channels, filters), (filters,)
    return geometry, *(rng.normal(size=shape).astype(dtype) for shape in shapes)


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 3 * WHOLE)),
    st.tuples(st.integers(1, 3), st.integers(1, 5)),
    _STEPS,
    st.integers(1, 5),
    st.integers(1, 40),
    st.sampled_from([np.float32, np.float64]),
)
def test_both_are_the_loop_for_lines_of_all_lengths(size, taps, steps, channels, filters, dtype):
    geometry, x, w, b = draw(size, taps, steps, "same", channels, filters, dtype)
    in_float64 = [array.astype(np.float64) for array in (x, w)]
    exact = conv2d_reference(*in_float64, geometry) + b
    np.testing.assert_allclose(
        conv2d_direct_reference(*in_float64, geometry) + b, exact, rtol=1e-10, atol=1e-10
    )
    fast = conv2d_direct(x, w, geometry, b)
    assert fast.dtype == dtype
    tolerance = 3e-6 if dtype == np.float32 else 5e-14
    np.testing.assert_allclose(fast, exact, rtol=0, atol=tolerance * max(1, np.abs(exact).max()))


@pytest.mark.parametrize("vectors", [1, 2, 3, 4, 5, 7, 8])
def test_panels_of_any_number_of_vectors(vectors):
    filters = vectors * lanes(np.dtype(np.float32))
    geometry, x, w, b = draw((5, 9), (3, 3), ((1, 1), (1, 1)), "same", 3, filters, np.float32)
    exact = conv2d_im2col(x.astype(np.float64), w.astype(np.float64), geometry, b)
    np.testing.assert_allclose(conv2d_direct(x, w, geometry, b), exact, atol=1e-5)


def test_a_block_ends_where_an_image_does_not(monkeypatch):
    geometry, x, w, b = draw((5, 14), (3, 3), ((1, 1), (1, 1)), "same", 2, 64, np.float32, images=3)
    whole = conv2d_direct(x, w, geometry, b)
    monkeypatch.setattr(conv2d_direct_file, "PIECE", 3 * 14 * 9 * 2 * 64)  # three lines
    np.testing.assert_array_equal(conv2d_direct(x, w, geometry, b), whole)


def test_taps_over_the_padding_are_left_out():
    geometry, x, w, _ = draw((3, 3), (3, 3), ((1, 1), (1, 1)), "same", 2, 4, np.float32, images=1)
    w[0, 0] = np.inf  # no pixel of the first line and column has this tap
    y = conv2d_direct(x, w, geometry)
    assert np.isfinite(y[:, 0]).all()
    assert np.isfinite(y[:, :, 0]).all()
    assert not np.isfinite(y[:, 1:, 1:]).any()


def test_rounding_errors_are_no_larger_than_those_of_one_product():
    geometry, x, w, _ = draw((6, 6), (5, 5), ((1, 1), (1, 1)), "same", 256, 32, np.float32, 1)
    exact = conv2d_im2col(x.astype(np.float64), w.astype(np.float64), geometry)
    direct, product = (
        np.linalg.norm(y - exact)
        for y in (conv2d_direct(x, w, geometry), conv2d_im2col(x, w, geometry))
    )
    assert direct <= 1.5 * product


def test_arrays_of_any_order_and_no_images():
    geometry, x, w, b = draw((4, 8), (3, 3), ((1, 1), (1, 1)), "same", 3, 6, np.float32)
    turned = np.asfortranarray(x)
    np.testing.assert_array_equal(
        conv2d_direct(turned, np.asfortranarray(w), geometry, b), conv2d_direct(x, w, geometry, b)
    )
    assert conv2d_direct(x[:0], w, geometry, b).shape == (0, 4, 8, 6)
