import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels.resize import (
    Lines,
    resize,
    resize_adjoint,
    resize_adjoint_reference,
    resize_reference,
)

SIZE, SMALL = st.integers(1, 8), st.integers(1, 3)


def lines(rng, size, target):
    first, second = rng.integers(0, size, (2, target))
    return Lines(first, second, rng.choice([0.0, 1.0, rng.random()], target))


@given(
    st.tuples(SMALL, SIZE, SIZE, SMALL),
    st.tuples(SIZE, SIZE),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 99),
)
def test_fast_is_the_reference_and_backward_its_adjoint(shape, target, dtype, seed):
    rng = np.random.default_rng(seed)
    rows, columns = (lines(rng, a, b) for a, b in zip(shape[1:3], target, strict=True))
    x = rng.normal(size=shape).astype(dtype)
    dy = rng.normal(size=(shape[0], *target, shape[3])).astype(dtype)
    y, dx = resize(x, rows, columns), resize_adjoint(dy, rows, columns, shape[1:3])
    assert (y.dtype, dx.dtype) == (dtype, dtype)
    epsilon = np.finfo(dtype).eps
    np.testing.assert_allclose(y, resize_reference(x, rows, columns), rtol=0, atol=20 * epsilon)
    # A pixel may go to every place of the new image.
    slow = resize_adjoint_reference(dy, rows, columns, shape[1:3])
    np.testing.assert_allclose(dx, slow, rtol=0, atol=20 * target[0] * target[1] * epsilon)
    assert abs(np.vdot(dy, y) - np.vdot(dx, x)) < 1000 * epsilon * max(1, y.size)


def test_a_nan_without_weight_stays_out():
    x = np.array([1.0, np.nan]).reshape(1, 2, 1, 1)
    rows = Lines(np.array([0, 0]), np.array([1, 1]), np.array([0.0, 0.5]))
    column = Lines(np.array([0]), np.array([0]), np.zeros(1))
    np.testing.assert_array_equal(resize(x, rows, column).ravel(), [1, np.nan])


@pytest.mark.parametrize("wrong", [2, -1])
def test_rows_outside_are_refused(wrong):
    inside = Lines(np.array([0]), np.array([1]), np.zeros(1))
    outside = Lines(np.array([0]), np.array([wrong]), np.zeros(1))
    x = np.zeros((1, 2, 2, 1))
    for pair in ((outside, inside), (inside, outside)):
        with pytest.raises(ValueError, match="expected rows or columns below 2"):
            resize(x, *pair)
        with pytest.raises(ValueError, match="expected rows or columns below 2"):
            resize_adjoint(x[:, :1, :1], *pair, (2, 2))
