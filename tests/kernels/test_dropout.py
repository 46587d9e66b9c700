import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.dropout import scale_kept, scale_kept_reference


@given(
    st.integers(0, 4),
    st.integers(1, 30),
    st.sampled_from([np.float32, np.float64]),
    st.floats(0, 10),
    st.integers(0, 99),
)
def test_fast_is_the_reference(n, size, dtype, scale, seed):
    rng = np.random.default_rng(seed)
    x = rng.choice([1.5, -2.25, 0.0, np.nan], (n, size)).astype(dtype)
    keep = rng.random((n, size)) < 0.6
    y = scale_kept(x, keep, scale)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, scale_kept_reference(x, keep, scale))
