import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.average_pooling2d import (
    average_pool,
    average_pool_backward,
    average_pool_backward_reference,
    average_pool_reference,
)
from minicnn.layers.pooling2d import pool_geometry

SIZE, SMALL = st.integers(1, 9), st.integers(1, 4)


@given(
    st.tuples(st.integers(1, 3), SIZE, SIZE, SMALL),
    st.tuples(SMALL, SMALL),
    st.tuples(SMALL, SMALL),
    st.sampled_from(["valid", "same"]),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 99),
)
def test_fast_is_the_reference_and_backward_its_adjoint(shape, pool, strides, padding, dtype, seed):
    if padding == "valid":
        pool = (min(pool[0], shape[1]), min(pool[1], shape[2]))
    geometry = pool_geometry(shape[1], shape[2], pool, strides, padding)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape).astype(dtype)
    y = average_pool(x, geometry)
    assert y.dtype == dtype
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    np.testing.assert_allclose(y, average_pool_reference(x, geometry), rtol=0, atol=tolerance)

    # The layer is linear, so <dy, A x> = <A^T dy, x> for all x and dy.
    dy = rng.normal(size=y.shape).astype(dtype)
    dx = average_pool_backward(dy, shape, geometry)
    assert dx.dtype == dtype
    # A pixel adds up to 16 of the dy, each up to about 5.
    slow = average_pool_backward_reference(dy, shape, geometry)
    np.testing.assert_allclose(dx, slow, rtol=0, atol=100 * np.finfo(dtype).eps)
    difference = np.vdot(dy, y) - np.vdot(dx, x)
    assert abs(difference) < 1000 * np.finfo(dtype).eps * max(1, y.size)
