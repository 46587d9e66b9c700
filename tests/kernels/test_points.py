import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import points as kernel
from minicnn.kernels.point_layout import as_complex
from minicnn.kernels.vectors import lanes

DTYPES = st.sampled_from([np.float32, np.float64])
SIZES = st.tuples(*[st.integers(1, 7)] * 2, *[st.integers(1, 2)] * 2)


def draw(rng, count, rows, panels, dtype):
    shape = count, panels, rows, 2, lanes(np.dtype(dtype))
    points = rng.normal(size=shape).astype(dtype)
    return points, as_complex(points.astype(np.float64), panels * shape[-1])


def close(ours, theirs, terms):
    ours = as_complex(ours, theirs.shape[2]), ours.dtype
    assert ours[0].shape == theirs.shape
    np.testing.assert_allclose(ours[0], theirs, rtol=0, atol=30 * terms * np.finfo(ours[1]).eps)


@given(SIZES, DTYPES, st.integers(0, 99))
def test_products_of_points(sizes, dtype, seed):
    (count, tiles, c, f), rng = sizes, np.random.default_rng(seed)
    width = lanes(np.dtype(dtype))
    x, exact_x = draw(rng, count, tiles, c, dtype)
    w, exact_w = draw(rng, count, c * width, f, dtype)
    dy, exact_dy = draw(rng, count, tiles, f, dtype)
    close(kernel.multiply(x, w), kernel.multiply_reference(exact_x, exact_w), c * width)
    exact = kernel.multiply_transposed_reference(exact_dy, exact_w)
    close(kernel.multiply_transposed(dy, w), exact, f * width)
    close(kernel.sum_over_tiles(x, dy), kernel.sum_over_tiles_reference(exact_x, exact_dy), tiles)


def test_no_tiles():
    width = lanes(np.dtype(np.float32))
    nothing = np.empty((3, 1, 0, 2, width), np.float32)
    w = np.ones((3, 1, width, 2, width), np.float32)
    assert kernel.multiply(nothing, w).shape == nothing.shape
    assert kernel.multiply_transposed(nothing, w).shape == nothing.shape
    assert (kernel.sum_over_tiles(nothing, nothing) == 0).all()


@pytest.mark.parametrize("place", [0, 1])
def test_a_nan_spoils_its_row_and_no_other(place):
    width = lanes(np.dtype(np.float32))
    x, w = np.ones((1, 1, 5, 2, width), np.float32), np.ones((1, 1, width, 2, width), np.float32)
    x[0, 0, 2, place, 1] = np.nan
    spoilt = np.isnan(as_complex(kernel.multiply(x, w), width)[0])
    assert spoilt[2].all()
    assert spoilt.sum() == width
