import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.max_pooling2d import (
    max_pool,
    max_pool_backward,
    max_pool_backward_reference,
    max_pool_reference,
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
def test_fast_is_the_reference(shape, pool, strides, padding, dtype, seed):
    if padding == "valid":
        pool = (min(pool[0], shape[1]), min(pool[1], shape[2]))
    geometry = pool_geometry(shape[1], shape[2], pool, strides, padding)
    rng = np.random.default_rng(seed)
    # Few values, so that there are ties; and some that are no numbers.
    x = rng.choice([-1, 0, 2, -np.inf, np.nan], shape, p=[0.3, 0.3, 0.2, 0.1, 0.1]).astype(dtype)
    y, winner = max_pool(x, geometry)
    expected_y, expected_winner = max_pool_reference(x, geometry)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, expected_y)
    np.testing.assert_array_equal(winner, expected_winner)

    dy = rng.normal(size=y.shape).astype(dtype)
    dx = max_pool_backward(dy, winner, shape)
    assert dx.dtype == dtype
    np.testing.assert_array_equal(dx, max_pool_backward_reference(dy, winner, shape))


@pytest.mark.parametrize("place", range(4))
def test_the_first_nan_wins_and_stays(place):
    x = np.arange(4.0)
    x[place:] = np.nan
    _, winner = max_pool(x.reshape(1, 2, 2, 1), pool_geometry(2, 2, (2, 2), (1, 1), "valid"))
    assert winner.item() == place
