import numba
import numpy as np
import pytest

from minicnn.kernels.cache import njit
from minicnn.kernels.vectors import VECTOR_BYTES, aligned_like, in_python, lanes, operation

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="Numba's compiler is switched off"
)


def _sums(machine, rows, a, at, count, b, factor, y, place):
    # y[r] = factor * sum over k of a[r + k] b[k], with vectors b[k]; and b[0] again.
    def add(k, sums):
        vector = machine.load(b, k * machine.lanes)
        return [
            one + machine.broadcast(a, at + r + k) * vector - machine.zero(b)
            for r, one in enumerate(sums)
        ]

    for r, one in enumerate(machine.repeat(count, add, [machine.zero(y)] * len(rows))):
        machine.store(one * factor * 0.5, y, place + r * machine.lanes)
    machine.stream(machine.load(b, 0), y, 0)


def _transpose(machine, x, y):
    rows = [machine.load(x, k * machine.lanes) for k in range(machine.lanes)]
    for k, column in enumerate(machine.transpose(rows)):
        machine.store(column, y, k * machine.lanes)


_sums_of_vectors, _transposed = operation(_sums), operation(_transpose)


@njit(cache=False)
def _call_sums(rows, a, at, count, b, factor, y, place):
    _sums_of_vectors(rows, a, at, count, b, factor, y, place)


@njit(cache=False)
def _call_transpose(x, y):
    _transposed(x, y)


def aligned(size, dtype):
    return aligned_like(size, np.empty(0, dtype))


@DTYPES
def test_arrays_begin_where_a_vector_may(dtype):
    for size in (1, 3, 100):
        array = aligned(size, dtype)
        assert array.size == size
        assert array.dtype == dtype
        assert array.ctypes.data % VECTOR_BYTES == 0
    assert lanes(np.dtype(dtype)) * np.dtype(dtype).itemsize == VECTOR_BYTES


@needs_compiler
@DTYPES
def test_compiled_operations_do_what_python_does(dtype):
    rng, width = np.random.default_rng(0), lanes(np.dtype(dtype))
    a, b = rng.normal(size=20).astype(dtype), rng.normal(size=5 * width).astype(dtype)
    results = []
    for run in (_call_sums, in_python(_sums)):
        y = aligned(4 * width, dtype)
        y[:] = 7
        run((0, 0), a, 3, 5, b, dtype(3), y, 2 * width)
        results.append(y.copy())
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(*results, rtol=0, atol=100 * eps)
    exact = sum(a[3 + k] * b[k * width : (k + 1) * width] for k in range(5)) * 1.5
    np.testing.assert_allclose(results[0][2 * width : 3 * width], exact, rtol=0, atol=100 * eps)
    np.testing.assert_array_equal(results[0][:width], b[:width])
    np.testing.assert_array_equal(results[0][width : 2 * width], 7)


@DTYPES
def test_a_square_is_transposed(dtype):
    width = lanes(np.dtype(dtype))
    x, y = np.arange(width**2, dtype=dtype), np.empty(width**2, dtype)
    _call_transpose(x, y)
    np.testing.assert_array_equal(y.reshape(width, width), x.reshape(width, width).T)


@needs_compiler
def test_nan_and_infinity_stay():
    width = lanes(np.dtype(np.float32))
    a = np.array([np.nan, np.inf, 1, 1], np.float32)
    y = aligned(3 * width, np.float32)
    _call_sums((0, 0), a, 0, 1, np.ones(width, np.float32), np.float32(2), y, width)
    assert np.isnan(y[width])
    assert y[2 * width] == np.inf
