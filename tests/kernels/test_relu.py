import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import relu as kernel

SHAPES = st.lists(st.integers(0, 6), max_size=4).map(tuple)
DTYPES = st.sampled_from([np.float32, np.float64])
VALUES = [-2.5, -0.0, 0.0, 1e-30, 3.0, np.inf, -np.inf, np.nan]


@given(SHAPES, DTYPES, st.integers(0, 99), st.integers(1, 40))
def test_rectify_is_the_reference(shape, dtype, seed, block):
    x = np.random.default_rng(seed).choice(VALUES, shape).astype(dtype)
    before, kernel.BLOCK = kernel.BLOCK, block  # small blocks, so that there are several
    try:
        results = kernel.rectify(x)
    finally:
        kernel.BLOCK = before
    for fast, slow in zip(results, kernel.rectify_reference(x), strict=True):
        assert fast.dtype == slow.dtype
        np.testing.assert_array_equal(fast, slow)


@given(SHAPES, DTYPES, st.sampled_from([0.0, 0.3, -1.0]), st.integers(0, 99), st.integers(1, 40))
def test_select_is_the_reference(shape, dtype, slope, seed, block):
    rng = np.random.default_rng(seed)
    dy = rng.choice([v for v in VALUES if not np.isinf(v)], shape).astype(dtype)
    above = rng.random(shape) < 0.5
    before, kernel.BLOCK = kernel.BLOCK, block
    try:
        dx = kernel.select(dy, above, slope)
    finally:
        kernel.BLOCK = before
    expected = kernel.select_reference(dy, above, slope)
    assert dx.dtype == expected.dtype == dtype
    np.testing.assert_array_equal(dx, expected)


def test_strided_arrays():
    x = np.random.default_rng(0).normal(size=(6, 8)).astype(np.float32)[::2, ::-2]
    y, above = kernel.rectify(x)
    np.testing.assert_array_equal(y, kernel.rectify_reference(x)[0])
    np.testing.assert_array_equal(
        kernel.select(x, above, 0.5), kernel.select_reference(x, above, 0.5)
    )
