import numpy as np
import pytest
from convolutions import CASES, draw, geometry_of
from hypothesis import given

from minicnn.kernels.conv2d import conv2d_backward_reference, conv2d_reference
from minicnn.kernels.convolution import (
    check_algorithm,
    choose,
    convolve,
    convolve_backward,
    filter_gradient,
)
from minicnn.kernels.threads import get_threads, set_threads


def both_passes(name, x, w, b, dy, geometry):
    y, cache = convolve(x, w, b, geometry, name)
    dx, dw = convolve_backward(dy, cache)
    np.testing.assert_array_equal(filter_gradient(dy, cache), dw)
    return y, dx, dw


@pytest.mark.parametrize("name", ["im2col", "direct", "fft"])
@given(*CASES)
def test_every_algorithm_is_the_loop(name, shape, taps, filters, padding, dtype):
    geometry, arrays = draw(shape, taps, filters, padding, dtype)
    x, w, b, dy = (array.astype(np.float64) for array in arrays)
    exact = (
        conv2d_reference(x, w, geometry) + b,
        *conv2d_backward_reference(dy, x, w, geometry),
    )
    tolerance = 3e-6 if dtype == np.float32 else 5e-14
    for fast, slow in zip(both_passes(name, *arrays, geometry), exact, strict=True):
        assert fast.dtype == dtype
        np.testing.assert_allclose(fast, slow, rtol=0, atol=tolerance * max(1, np.abs(slow).max()))


@pytest.mark.parametrize("name", ["im2col", "direct", "fft"])
def test_the_same_bits_on_any_number_of_threads(name):
    geometry, arguments = draw((6, 14, 14, 20), (3, 3), 24, "same", np.float32)
    before = get_threads()
    try:
        results = []
        for count in (1, 2, 3):
            set_threads(count)
            results.append(both_passes(name, *arguments, geometry))
    finally:
        set_threads(before)
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", ["im2col", "direct", "fft"])
@pytest.mark.parametrize(
    ("of_x", "of_w"), [("f4", "f8"), ("f8", "f4"), ("f4", ">f4"), ("f4", "f2")]
)
def test_filters_and_gradients_are_converted_to_the_dtype_of_the_images(name, of_x, of_w):
    geometry, arguments = draw((2, 9, 9, 3), (3, 3), 4, "same", np.float64)
    x, w, b, dy = (
        array.astype(dtype)
        for array, dtype in zip(arguments, (of_x, of_w, of_x, of_w), strict=True)
    )
    same = [array.astype(of_x) for array in (w, b, dy)]
    for one, two in zip(
        both_passes(name, x, w, b, dy, geometry), both_passes(name, x, *same, geometry), strict=True
    ):
        assert one.dtype == of_x
        np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("name", ["direct", "fft"])
def test_vectors_hold_float32_or_float64(name):
    geometry, (x, w, b, _) = draw((1, 5, 5, 2), (3, 3), 4, "same", np.float32)
    with pytest.raises(TypeError, match=f"'{name}' needs float32 or float64, got float16"):
        convolve(x.astype(np.float16), w, b, geometry, name)


def test_auto_transforms_where_the_transforms_are_used_often():
    same = geometry_of((24, 24), (5, 5), "same")
    assert choose(same, (32, 24, 24, 64), (64, 128)) == "fft"
    assert choose(same, (1, 24, 24, 64), (64, 128)) == "direct"
    small = geometry_of((12, 12), (3, 3), "same")
    assert choose(small, (8, 12, 12, 128), (128, 256)) == "direct"
    assert choose(small, (32, 12, 12, 128), (128, 256)) == "fft"
    assert choose(same, (32, 24, 24, 1), (1, 128)) == "im2col"
    assert choose(same, (32, 24, 24, 3), (3, 128)) == "direct"
    pointwise = geometry_of((24, 24), (1, 1), "same")
    assert choose(pointwise, (32, 24, 24, 64), (64, 128)) == "im2col"
    for filters in (8, 1024):
        assert choose(same, (1, 24, 24, 64), (64, filters)) == "im2col"
    narrow = geometry_of((24, 3), (5, 5), "same")
    assert choose(narrow, (1, 24, 3, 64), (64, 128)) == "im2col"
    strided = same._replace(strides=(2, 2), output=(12, 12))
    assert choose(strided, (32, 24, 24, 64), (64, 128)) == "direct"


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("gemm", {}, "one of auto, im2col, direct, fft; got 'gemm'"),
        ("fft", {"strides": (2, 1)}, r"'fft' needs strides and dilation_rate 1, got \(2, 1\)"),
        ("fft", {"dilation": (1, 2)}, r"got \(1, 1\) and \(1, 2\)"),
    ],
)
def test_what_an_algorithm_cannot_do_is_refused(name, changes, message):
    geometry = geometry_of((9, 9), (3, 3), "same")._replace(**changes)
    with pytest.raises(ValueError, match=message):
        check_algorithm(name, geometry)


def test_filters_too_large_for_a_tile_are_not_transformed():
    large = geometry_of((40, 40), (17, 17), "valid")
    assert choose(large, (64, 40, 40, 16), (16, 16)) == "direct"
    with pytest.raises(ValueError, match=r"at most 16, got \(17, 17\)"):
        check_algorithm("fft", large)
