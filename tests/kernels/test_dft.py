import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import dft

LENGTHS = pytest.mark.parametrize("n", range(1, 25))


def normal(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 3))


def in_parts(numbers):
    return [(number.real, number.imag) for number in numbers]


def in_one(pairs):
    zero = np.zeros(3)
    return np.array(
        [(zero if re is None else re) + 1j * (zero if im is None else im) for re, im in pairs]
    )


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13 * len(theirs))


@LENGTHS
def test_real_numbers_are_transformed_as_by_numpys_fft(n):
    x = normal(n)
    close(in_one(dft.real_dft(list(x))), np.fft.rfft(x, axis=0))


@LENGTHS
def test_complex_numbers_are_transformed_as_by_numpys_fft(n):
    x = normal(n) + 1j * normal(n, 1)
    close(in_one(dft.complex_dft(in_parts(x))), np.fft.fft(x, axis=0))


@LENGTHS
def test_the_inverses_are_n_times_numpys(n):
    points = normal(n) + 1j * normal(n, 1)
    close(in_one(dft.complex_inverse_dft(in_parts(points))), n * np.fft.ifft(points, axis=0))
    x = normal(n, 2)
    half = np.fft.rfft(x, axis=0)
    close(np.array(dft.real_inverse_dft(in_parts(half), n)), n * x)


@given(st.integers(1, 24))
def test_parts_that_are_zero_are_known_to_be_and_not_read(n):
    whole = dft.real_dft(list(normal(n)))
    own = {0, n // 2} if n % 2 == 0 else {0}
    assert {q for q, (_, im) in enumerate(whole) if im is None} == own
    spoilt = [(re, np.full(3, np.nan) if q in own else im) for q, (re, im) in enumerate(whole)]
    assert np.isfinite(dft.real_inverse_dft(spoilt, n)).all()


class Counted:
    """A float that counts what is done with it."""

    additions = multiplications = 0

    def __add__(self, other):
        Counted.additions += 1
        return self

    __sub__ = __add__

    def __mul__(self, factor):
        Counted.multiplications += abs(factor) != 1
        return self


@pytest.mark.parametrize(
    ("transform", "additions", "multiplications"),
    [
        (lambda: dft.real_dft([Counted()] * 16), 62, 14),
        (lambda: dft.complex_dft([(Counted(), Counted())] * 16), 148, 36),
    ],
)
def test_sixteen_numbers_need_few_operations(transform, additions, multiplications):
    # The matrix of a real transform has 288 numbers; split-radix needs 58 and 10, 144 and 20.
    Counted.additions = Counted.multiplications = 0
    transform()
    assert Counted.additions <= additions
    assert Counted.multiplications <= multiplications
