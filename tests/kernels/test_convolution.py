import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import bilinear, convolution, fourier, transform
from minicnn.kernels.conv2d import Geometry, conv2d_reference
from minicnn.kernels.convolution import check_algorithm, choose, convolve, convolve_backward
from minicnn.kernels.threads import set_threads, threads
from minicnn.layers.windows import windows

SIZE, SMALL = st.integers(1, 11), st.integers(1, 3)


def geometry_of(size, taps, padding):
    laid = [windows(s, k, 1, padding, 1) for s, k in zip(size, taps, strict=True)]
    before, output = tuple(w.before for w in laid), tuple(w.count for w in laid)
    return Geometry(taps, (1, 1), (1, 1), before, output)


def both_passes(name, x, w, b, dy, geometry):
    y, cache = convolve(x, w, b, geometry, name)
    return y, *convolve_backward(dy, cache)


def draw(shape, taps, filters, geometry, dtype, seed=0):
    rng = np.random.default_rng(seed)
    sizes = (shape, (*taps, shape[3], filters), (filters,), (shape[0], *geometry.output, filters))
    return [rng.normal(size=size).astype(dtype) for size in sizes]


@pytest.fixture
def small_tiles(monkeypatch):
    """Cut small images into several tiles, and the work into several blocks."""
    monkeypatch.setattr(fourier, "LARGEST", 8)
    monkeypatch.setattr(transform, "SCRATCH_BYTES", 2**10)
    monkeypatch.setattr(bilinear, "POINT_BYTES", 2**14)
    convolution.algorithm.cache_clear()
    yield
    convolution.algorithm.cache_clear()


CASES = {
    "shape": st.tuples(st.integers(1, 3), SIZE, SIZE, SMALL),
    "taps": st.tuples(st.integers(1, 5), st.integers(1, 5)),
    "filters": SMALL,
    "padding": st.sampled_from(["valid", "same"]),
    "dtype": st.sampled_from([np.float32, np.float64]),
}


def hold_against_the_loop(name, shape, taps, filters, padding, dtype):
    if name == "winograd":
        taps = tuple(min(k, 3) for k in taps)
    if padding == "valid":
        taps = tuple(min(k, size) for k, size in zip(taps, shape[1:3], strict=True))
    geometry = geometry_of(shape[1:3], taps, padding)
    x, w, b, dy = draw(shape, taps, filters, geometry, dtype)
    y, dx, dw = both_passes(name, x, w, b, dy, geometry)
    assert y.dtype == dx.dtype == dw.dtype == dtype
    exact = [array.astype(np.float64) for array in (x, w, b, dy)]
    reference = conv2d_reference(exact[0], exact[1], geometry) + exact[2]
    # What the gradients are is a matter of the loop as well: it is linear in x and in w.
    _, slow_dx, slow_dw = both_passes("im2col", *exact, geometry)
    tolerance = 3e-6 if dtype == np.float32 else 5e-14
    for fast, slow in ((y, reference), (dx, slow_dx), (dw, slow_dw)):
        np.testing.assert_allclose(fast, slow, rtol=0, atol=tolerance * max(1, np.abs(slow).max()))


@pytest.mark.parametrize("name", ["fft", "winograd"])
@given(**CASES)
def test_a_fast_algorithm_is_the_loop_and_its_adjoint(name, **case):
    hold_against_the_loop(name, **case)


@pytest.mark.parametrize(
    ("shape", "taps"), [((2, 13, 9, 3), (3, 3)), ((1, 17, 20, 2), (5, 4)), ((2, 9, 30, 1), (1, 5))]
)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.usefixtures("small_tiles")
def test_images_larger_than_a_tile(shape, taps, padding, dtype):
    hold_against_the_loop("fft", shape, taps, 2, padding, dtype)


@pytest.mark.parametrize(
    ("name", "size", "c", "f", "taps"),
    [
        ("fft", 24, 32, 32, 5),
        ("fft", 12, 64, 64, 3),
        ("fft", 6, 64, 64, 5),
        ("winograd", 12, 64, 64, 3),
    ],
)
@pytest.mark.parametrize("rectified", [False, True])
def test_float32_errs_at_most_three_times_as_much_as_im2col(name, size, c, f, taps, rectified):
    geometry = geometry_of((size, size), (taps, taps), "same")
    x, w, b, dy = draw((4, size, size, c), (taps, taps), f, geometry, np.float32)
    if rectified:  # what a network's inner layers see
        x = np.maximum(x, 0)
    exact = both_passes("im2col", *(a.astype(np.float64) for a in (x, w, b, dy)), geometry)
    ours = both_passes(name, x, w, b, dy, geometry)
    im2col = both_passes("im2col", x, w, b, dy, geometry)
    for fast, slow, truth in zip(ours, im2col, exact, strict=True):
        for norm in (np.linalg.norm, lambda array: np.abs(array).max()):
            assert norm((fast - truth).ravel()) <= 3 * norm((slow - truth).ravel())


@pytest.mark.parametrize("name", ["im2col", "fft", "winograd"])
def test_the_same_bits_on_any_number_of_threads(name):
    geometry = geometry_of((14, 14), (3, 3), "same")
    arguments = draw((6, 14, 14, 20), (3, 3), 24, geometry, np.float32)
    before = threads()
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


@pytest.mark.parametrize("name", ["fft", "winograd"])
def test_a_nan_shows(name):
    geometry = geometry_of((6, 6), (3, 3), "same")
    x, w, b, _ = draw((1, 6, 6, 1), (3, 3), 1, geometry, np.float32)
    x[0, 2, 2, 0] = np.nan
    y, _ = convolve(x, w, b, geometry, name)
    assert np.isnan(y[0, 1:4, 1:4]).all()


def test_auto_transforms_where_the_transforms_are_used_often():
    same = geometry_of((24, 24), (5, 5), "same")
    assert choose(same, (32, 24, 24, 64), (64, 128), np.dtype(np.float32)) == "fft"
    assert choose(same, (1, 24, 24, 64), (64, 128), np.dtype(np.float32)) == "im2col"
    small = geometry_of((12, 12), (3, 3), "same")
    assert choose(small, (16, 12, 12, 128), (128, 256), np.dtype(np.float32)) == "im2col"
    assert choose(small, (32, 12, 12, 128), (128, 256), np.dtype(np.float32)) == "fft"
    assert choose(same, (32, 24, 24, 1), (1, 128), np.dtype(np.float32)) == "im2col"
    pointwise = geometry_of((24, 24), (1, 1), "same")
    assert choose(pointwise, (32, 24, 24, 64), (64, 128), np.dtype(np.float32)) == "im2col"
    strided = same._replace(strides=(2, 2), output=(12, 12))
    assert choose(strided, (32, 24, 24, 64), (64, 128), np.dtype(np.float32)) == "im2col"


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("gemm", {}, "one of auto, im2col, winograd, fft; got 'gemm'"),
        ("fft", {"strides": (2, 1)}, r"'fft' needs strides and dilation_rate 1, got \(2, 1\)"),
        ("winograd", {"dilation": (1, 2)}, r"got \(1, 1\) and \(1, 2\)"),
        ("winograd", {"kernel": (3, 5)}, r"up to 3x3 taps, got \(3, 5\)"),
    ],
)
def test_what_an_algorithm_cannot_do_is_refused(name, changes, message):
    geometry = geometry_of((9, 9), (3, 3), "same")._replace(**changes)
    with pytest.raises(ValueError, match=message):
        check_algorithm(name, geometry)
