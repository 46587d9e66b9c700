import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import column_sums as kernel
from minicnn.kernels import threads


@given(
    st.integers(0, 300),
    st.integers(1, 9),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 99),
    st.integers(1, 400),
)
def test_fast_is_the_reference(rows, columns, dtype, seed, block):
    x = np.random.default_rng(seed).normal(1000, 1, (rows, columns)).astype(dtype)
    before, kernel.BLOCK = kernel.BLOCK, block  # small blocks, so that there are several
    try:
        total = kernel.column_sums(x)
    finally:
        kernel.BLOCK = before
    assert total.dtype == np.float64
    # Two orders of adding m numbers differ by no more than this, whatever the numbers are.
    bound = 2 * rows * np.finfo(np.float64).eps * np.abs(x).sum(axis=0, dtype=np.float64)
    assert np.all(np.abs(total - kernel.column_sums_reference(x)) <= bound)


def test_the_same_bits_on_any_number_of_threads():
    x = np.random.default_rng(0).normal(size=(3 * 2**18 // 7, 7)).astype(np.float32)
    before = threads.get_threads()
    try:
        results = []
        for count in (1, 2, 3):
            threads.set_threads(count)
            results.append(kernel.column_sums(x))
    finally:
        threads.set_threads(before)
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])
