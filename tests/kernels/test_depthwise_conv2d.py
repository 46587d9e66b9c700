import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.depthwise_conv2d import (
    depthwise_conv2d,
    depthwise_conv2d_backward,
    depthwise_conv2d_backward_reference,
    depthwise_conv2d_reference,
)
from minicnn.kernels.threads import get_threads, set_threads
from minicnn.layers.windows import window_geometry

SIZE, SMALL = st.integers(1, 9), st.integers(1, 3)
PAIR = st.tuples(SMALL, SMALL)


def draw(shape, taps, multiplier, dtype, geometry):
    rng = np.random.default_rng(0)
    sizes = shape, (*taps, shape[3], multiplier), (shape[0], *geometry.output)
    x, w = (rng.normal(size=size).astype(dtype) for size in sizes[:2])
    dy = rng.normal(size=(*sizes[2], shape[3] * multiplier)).astype(dtype)
    return x, w, dy


@given(
    st.tuples(SMALL, SIZE, SIZE, st.integers(1, 5)),
    PAIR,
    SMALL,
    PAIR,
    PAIR,
    st.sampled_from([np.float32, np.float64]),
)
def test_fast_is_the_reference_and_backward_its_adjoint(
    shape, taps, multiplier, strides, dilation, dtype
):
    agrees(shape, taps, multiplier, strides, dilation, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("strides", [(1, 1), (2, 1), (1, 2)])
@pytest.mark.parametrize(
    ("width", "channels"), [(7, 16), (22, 8), (23, 8), (11, 24), (9, 48), (81, 3), (90, 1)]
)
def test_whole_vectors_of_neighbouring_pixels(width, channels, strides, dtype):
    """Four vectors at a time, single ones, and outputs that are left over."""
    agrees((2, 4, width, channels), (3, 3), 1, strides, (1, 1), dtype)


def agrees(shape, taps, multiplier, strides, dilation, dtype):
    geometry = window_geometry(shape[1:3], taps, strides, "same", dilation)
    x, w, dy = draw(shape, taps, multiplier, dtype, geometry)
    y = depthwise_conv2d(x, w, geometry)
    dx, dw = depthwise_conv2d_backward(dy, x, w, geometry)
    slow_dx, slow_dw = depthwise_conv2d_backward_reference(dy, x, w, geometry)
    # Sums of up to 9 products in y and 27 in dx, of one for each output in dw, each up to about 10.
    for fast, slow, terms in (
        (y, depthwise_conv2d_reference(x, w, geometry), 9),
        (dx, slow_dx, 27),
        (dw, slow_dw, max(243, y[..., 0].size)),
    ):
        assert (fast.dtype, fast.shape) == (dtype, slow.shape)
        np.testing.assert_allclose(fast, slow, rtol=0, atol=10 * terms * np.finfo(dtype).eps)
    # Linear in x and in w: <dy, A x> = <A^T dy, x>.
    for one, derivative in ((x, dx), (w, dw)):
        difference = np.vdot(dy, y) - np.vdot(derivative, one)
        assert abs(difference) < 1000 * np.finfo(dtype).eps * max(1, y.size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_bits_on_any_number_of_threads(dtype, monkeypatch):
    monkeypatch.setattr("minicnn.kernels.depthwise_conv2d.BLOCK", 1000)  # many small blocks
    geometry = window_geometry((8, 9), (3, 3), (1, 1), "same")
    x, w, dy = draw((5, 8, 9, 3), (3, 3), 2, dtype, geometry)
    before, results = get_threads(), []
    try:
        for count in (1, 2, 5):
            set_threads(count)
            y = depthwise_conv2d(x, w, geometry)
            results.append([y, *depthwise_conv2d_backward(dy, x, w, geometry)])
    finally:
        set_threads(before)
    for result in results[1:]:
        for one, first in zip(result, results[0], strict=True):
            np.testing.assert_array_equal(one, first)


def test_nan_stays_in_its_channel_and_its_windows():
    geometry = window_geometry((5, 5), (3, 3), (1, 1), "same")
    x, w = np.ones((1, 5, 5, 2)), np.ones((3, 3, 2, 1))
    x[0, 0, 0, 1] = np.nan
    nan = np.isnan(depthwise_conv2d(x, w, geometry))
    assert nan[0, :2, :2, 1].all()
    assert nan.sum() == 4
