import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import column_sums
from minicnn.kernels import training_block as kernel
from minicnn.kernels.batch_normalization import mean_and_variance
from minicnn.kernels.threads import get_threads, set_threads
from minicnn.layers.pooling2d import pool_geometry

SIZE, SMALL = st.integers(1, 9), st.integers(1, 4)


@given(
    st.tuples(st.integers(1, 3), SIZE, SIZE, SMALL),
    st.tuples(SMALL, SMALL),
    st.sampled_from(["valid", "same"]),
    st.sampled_from([np.float32, np.float64]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 99),
)
def test_it_is_the_layers_one_after_the_other(shape, pool, padding, dtype, drops, odd, seed):
    if padding == "valid":
        pool = (min(pool[0], shape[1]), min(pool[1], shape[2]))
    geometry = pool_geometry(shape[1], shape[2], pool, pool, padding)
    if not kernel.tiles_image(geometry):  # "same" may pad above or on the left
        return
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape).astype(dtype)
    if odd:  # ties, infinities and what is no number
        x = rng.choice([-1, 0, 2, np.inf, -np.inf, np.nan], shape).astype(dtype)
    before = x.copy()
    mean, scale, shift, constant, slope = rng.normal(size=(5, shape[3]))
    keep = rng.random((shape[0], geometry.output[0] * geometry.output[1] * shape[3])) > 0.3
    arguments = mean, scale, shift, keep if drops else None, 1 / 0.7, geometry
    y, winner, peak = kernel.block_forward(x, *arguments)
    expected = kernel.block_forward_reference(x, *arguments)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, expected[0])
    np.testing.assert_array_equal(winner, expected[1])
    won = winner != kernel.NONE
    np.testing.assert_array_equal(peak[won], expected[2][won])
    dy = rng.normal(size=y.shape).astype(dtype)
    dx_arguments = dy, x, winner, (mean, scale, constant, slope), 1 / 0.7, geometry
    np.testing.assert_array_equal(
        kernel.block_input_gradient(*dx_arguments),
        kernel.block_input_gradient_reference(*dx_arguments),
    )
    if not odd:
        sums = dy, winner, peak, mean, 1 / 0.7
        np.testing.assert_allclose(
            kernel.block_backward_sums(*sums),
            kernel.block_backward_sums_reference(*sums),
            rtol=1e-12,
            atol=1e-12,
        )
    np.testing.assert_array_equal(x, before)


def test_a_block_begins_anywhere(monkeypatch):
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(3, 9, 8, 4)), rng.normal(size=(3, 4, 4, 4))
    geometry, constants = pool_geometry(9, 8, (2, 2), (2, 2), "valid"), rng.normal(size=(4, 4))

    def results():
        y, winner, peak = kernel.block_forward(x, *constants[:3], None, 1.0, geometry)
        dx = kernel.block_input_gradient(dy, x, winner, tuple(constants), 1.0, geometry)
        return y, winner, dx, *kernel.block_backward_sums(dy, winner, peak, constants[0], 1.0)

    whole = results()
    monkeypatch.setattr(kernel, "BLOCK", 1)
    monkeypatch.setattr(column_sums, "BLOCK", 1)
    for one, other in zip(results(), whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)


@pytest.mark.parametrize(
    ("pool", "strides", "padding", "expected"),
    [
        ((2, 2), (2, 2), "valid", True),
        ((2, 2), (2, 2), "same", True),
        ((3, 3), (2, 2), "valid", False),
        ((2, 2), (3, 3), "valid", False),
        ((3, 3), (3, 3), "same", False),
        ((16, 16), (16, 16), "valid", False),
    ],
)
def test_which_windows_it_takes(pool, strides, padding, expected):
    assert kernel.tiles_image(pool_geometry(19, 19, pool, strides, padding)) == expected


def test_the_same_bits_on_any_number_of_threads(monkeypatch):
    monkeypatch.setattr(kernel, "BLOCK", 64)
    monkeypatch.setattr(column_sums, "BLOCK", 64)
    rng = np.random.default_rng(0)
    x, dy = (rng.normal(size=(5, 8 // s, 8 // s, 6)).astype(np.float32) for s in (1, 2))
    geometry, constants = pool_geometry(8, 8, (2, 2), (2, 2), "valid"), rng.normal(size=(4, 6))
    before, results = get_threads(), []
    try:
        for count in (1, 2, 3):
            set_threads(count)
            mean, variance = mean_and_variance(x.reshape(-1, 6))
            y, winner, peak = kernel.block_forward(x, *constants[:3], None, 1.0, geometry)
            dx = kernel.block_input_gradient(dy, x, winner, tuple(constants), 1.0, geometry)
            sums = kernel.block_backward_sums(dy, winner, peak, constants[0], 1.0)
            results.append([mean, variance, y, dx, *sums])
    finally:
        set_threads(before)
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, two)
