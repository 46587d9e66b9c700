import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import threads
from minicnn.kernels.adam import adam, adam_reference

SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)
DTYPES = st.sampled_from([np.float32, np.float64])
RATES = {"alpha": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}


def draw(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    theta, g, m, v = (np.asarray(rng.normal(size=shape), dtype) for _ in range(4))
    return [theta, g, m, np.asarray(v * v)]


@given(SHAPES, DTYPES, st.floats(0, 1), st.floats(0, 0.999), st.floats(0, 0.9999))
def test_kernel_is_the_reference_to_the_bit(shape, dtype, alpha, beta_1, beta_2):
    rates = {"alpha": alpha, "beta_1": beta_1, "beta_2": beta_2, "epsilon": 1e-7}
    ours, reference = draw(shape, dtype, 3), draw(shape, dtype, 3)
    adam(*ours, **rates)
    adam_reference(*reference, **rates)
    for got, expected in zip(ours, reference, strict=True):
        assert got.dtype == dtype
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(ours[1], draw(shape, dtype, 3)[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_strided_arrays_are_updated_in_place(dtype):
    expected = draw((6, 5), dtype, 4)
    adam(*expected, **RATES)
    for odd in range(4):
        arrays = draw((6, 5), dtype, 4)
        wide = np.zeros((6, 10), dtype)
        wide[:, ::2] = arrays[odd]
        arrays[odd] = wide[:, ::2]
        adam(*arrays, **RATES)
        for got, want in zip(arrays, expected, strict=True):
            np.testing.assert_array_equal(got, want)
        assert not wide[:, 1::2].any()


def test_blocks_and_threads_do_not_change_a_bit():
    before = threads.get_threads()
    results = []
    try:
        for count in (1, 3):
            threads.set_threads(count)
            arrays = draw((3 * 65_536 + 17,), np.float32, 5)
            adam(*arrays, **RATES)
            results.append(arrays)
    finally:
        threads.set_threads(before)
    reference = draw((3 * 65_536 + 17,), np.float32, 5)
    adam_reference(*reference, **RATES)
    for one, three, expected in zip(*results, reference, strict=True):
        np.testing.assert_array_equal(one, three)
        np.testing.assert_array_equal(one, expected)


def test_nan_in_the_gradient_is_seen_and_stays_where_it_is():
    arrays = draw((4,), np.float32, 6)
    arrays[1][2] = np.nan
    adam(*arrays, **RATES)
    np.testing.assert_array_equal(np.isnan(arrays[0]), [False, False, True, False])


def test_a_zero_gradient_from_the_start_moves_nothing():
    theta, zero = np.ones(3), np.zeros(3)
    adam(theta, zero, zero.copy(), zero.copy(), **RATES)
    np.testing.assert_array_equal(theta, np.ones(3))
