import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import threads
from minicnn.kernels.softmax_crossentropy import (
    softmax_crossentropy,
    softmax_crossentropy_backward,
    softmax_crossentropy_backward_reference,
    softmax_crossentropy_reference,
)

DTYPES = st.sampled_from([np.float32, np.float64])


def draw(n, c, dtype, seed, size=3.0):
    rng = np.random.default_rng(seed)
    x = (size * rng.normal(size=(n, c))).astype(dtype)
    y = rng.random((n, c)).astype(dtype)
    return x, y, rng.normal(size=n)


@given(st.integers(1, 40), st.integers(1, 12), DTYPES, st.sampled_from([0.1, 3.0, 1000.0]))
def test_kernel_is_the_reference(n, c, dtype, size):
    x, y, scale = draw(n, c, dtype, n * c, size)
    before = x.copy(), y.copy()
    loss, p = softmax_crossentropy(x, y)
    dx = softmax_crossentropy_backward(p, y, scale)
    assert loss.dtype == p.dtype == dx.dtype == dtype
    expected_loss, expected_p = softmax_crossentropy_reference(x, y)
    expected_dx = softmax_crossentropy_backward_reference(p, y, scale)
    # float64 rows rounded once: a unit in the last place of what is stored.
    for got, expected in ((loss, expected_loss), (p, expected_p), (dx, expected_dx)):
        np.testing.assert_allclose(got, expected, rtol=4 * np.finfo(dtype).eps, atol=1e-13)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


@given(st.integers(1, 5), st.integers(2, 7))
def test_gradient_is_the_loss_differences(n, c):
    x, y, scale = draw(n, c, np.float64, 10 * n + c)
    dx = softmax_crossentropy_backward(softmax_crossentropy(x, y)[1], y, scale)
    h = 1e-5
    numeric = np.empty_like(x)
    for place in np.ndindex(*x.shape):
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[place] += sign * h
            ends.append(softmax_crossentropy(moved, y)[0] @ scale)
        numeric[place] = (ends[0] - ends[1]) / (2 * h)
    assert np.abs(dx - numeric).max() <= 1e-7 * max(np.abs(numeric).max(), np.abs(dx).max())


def test_logits_of_a_thousand_cost_exactly_that():
    x = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0]], np.float32)
    y = np.array([[0, 1, 0], [1, 0, 0]], np.float32)
    loss, p = softmax_crossentropy(x, y)
    np.testing.assert_array_equal(loss, np.array([2000.0, np.log(3)], np.float32))
    np.testing.assert_array_equal(p[0], [1, 0, 0])


# Without the compiler (NUMBA_DISABLE_JIT=1) NumPy's scalars warn of inf - inf.
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_survives_wherever_it_stands(place, value):
    x = np.zeros((2, 3))
    x[0, place] = value
    loss, p = softmax_crossentropy(x, np.full((2, 3), 1 / 3))
    assert np.isnan(loss[0])
    assert np.isnan(softmax_crossentropy_backward(p, np.full((2, 3), 1 / 3), np.ones(2))[0]).any()
    np.testing.assert_allclose(p[1], 1 / 3)


def test_strided_input_and_many_blocks():
    x, y, scale = draw(70_000, 6, np.float32, 1)
    loss, p = softmax_crossentropy(x[::2, ::2], y[::2, ::2])
    np.testing.assert_allclose(
        loss, softmax_crossentropy_reference(x[::2, ::2], y[::2, ::2])[0], rtol=1e-6, atol=1e-7
    )
    dx = softmax_crossentropy_backward(p, y[::2, ::2], scale[::2])
    np.testing.assert_allclose(
        dx, softmax_crossentropy_backward_reference(p, y[::2, ::2], scale[::2]), rtol=1e-6
    )


def test_threads_do_not_change_a_bit():
    x, y, _ = draw(30_000, 7, np.float32, 2)
    before = threads.get_threads()
    try:
        results = []
        for count in (1, 3):
            threads.set_threads(count)
            results.append(softmax_crossentropy(x, y))
    finally:
        threads.set_threads(before)
    for one, three in zip(*results, strict=True):
        np.testing.assert_array_equal(one, three)
