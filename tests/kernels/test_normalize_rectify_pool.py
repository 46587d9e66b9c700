import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.normalize_rectify_pool import (
    normalize_rectify_pool,
    normalize_rectify_pool_reference,
)
from minicnn.layers.pooling2d import pool_geometry

SIZE, SMALL = st.integers(1, 9), st.integers(1, 4)


@given(
    st.tuples(st.integers(1, 3), SIZE, SIZE, SMALL),
    st.tuples(SMALL, SMALL),
    st.tuples(SMALL, SMALL),
    st.sampled_from(["valid", "same"]),
    st.sampled_from([np.float32, np.float64]),
    st.booleans(),
    st.integers(0, 99),
)
def test_it_is_the_three_steps_to_the_bit(shape, pool, strides, padding, dtype, odd, seed):
    if padding == "valid":
        pool = (min(pool[0], shape[1]), min(pool[1], shape[2]))
    geometry = pool_geometry(shape[1], shape[2], pool, strides, padding)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape).astype(dtype)
    if odd:  # ties, infinities and what is no number
        x = rng.choice([-1, 0, 2, np.inf, -np.inf, np.nan], shape).astype(dtype)
    before = x.copy()
    mean, scale, shift = rng.normal(size=(3, shape[3]))
    y = normalize_rectify_pool(x, mean, scale, shift, geometry)
    assert y.dtype == dtype
    np.testing.assert_array_equal(
        y, normalize_rectify_pool_reference(x, mean, scale, shift, geometry)
    )
    np.testing.assert_array_equal(x, before)
