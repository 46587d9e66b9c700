import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import batch_normalization as kernel
from minicnn.kernels import column_sums
from minicnn.layers.batch_normalization import batch_normalization, batch_normalization_backward

DTYPE = st.sampled_from([np.float32, np.float64])


def tolerance(dtype):
    return 1e-6 if dtype == np.float32 else 1e-12


@given(st.integers(1, 300), st.integers(1, 9), DTYPE, st.integers(0, 99), st.integers(1, 400))
def test_fast_is_the_reference(rows, c, dtype, seed, block):
    rng = np.random.default_rng(seed)
    x = rng.normal(5, 2, (rows, c)).astype(dtype)
    dy = rng.normal(size=(rows, c)).astype(dtype)
    gamma, beta = rng.normal(size=(2, c)).astype(dtype)
    before = column_sums.BLOCK
    column_sums.BLOCK = block  # small blocks, so that there are several
    try:
        y, _, cache = batch_normalization(x, gamma, beta, epsilon=1e-3)
        results = [y, *batch_normalization_backward(dy, cache)]
    finally:
        column_sums.BLOCK = before
    expected = [
        kernel.normalize_reference(x, gamma, beta, 1e-3),
        *kernel.backward_reference(dy, x, gamma, 1e-3),
    ]
    for fast, slow in zip(results, expected, strict=True):
        scale = max(1.0, np.abs(slow).max())
        np.testing.assert_allclose(fast, slow, rtol=0, atol=tolerance(dtype) * scale)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sums_are_those_of_float64(dtype):
    x = np.random.default_rng(0).normal(1000, 1, (20_000, 3)).astype(dtype)
    mean, variance = kernel.mean_and_variance(x)
    assert mean.dtype == variance.dtype == np.float64
    np.testing.assert_allclose(mean, x.astype(np.float64).mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(variance, x.astype(np.float64).var(axis=0), rtol=1e-11)
