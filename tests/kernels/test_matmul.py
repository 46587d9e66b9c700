import os
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from minicnn.kernels import matmul as kernel
from minicnn.kernels.threads import get_threads, set_threads


@contextmanager
def cut_small_ones():
    """Cut the products of a test, which are too small for it, into pieces."""
    usual, kernel.PIECE = kernel.PIECE, 1
    try:
        yield
    finally:
        kernel.PIECE = usual


SIZE = st.integers(1, 40)


@given(SIZE, SIZE, SIZE, st.sampled_from([np.float32, np.float64]), st.booleans())
def test_it_is_the_product(m, k, n, dtype, transposed):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(k, m)).astype(dtype).T if transposed else rng.normal(size=(m, k))
    a, b = a.astype(dtype, copy=False), rng.normal(size=(k, n)).astype(dtype)
    with cut_small_ones():
        y = kernel.matmul(a, b)
    assert y.dtype == dtype
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(y, a.astype(float) @ b.astype(float), rtol=0, atol=50 * tolerance)


@pytest.mark.parametrize("shape", [(300, 40, 30), (30, 40, 300), (30, 3000, 40)])
def test_the_same_bits_on_any_number_of_threads(shape):
    m, k, n = shape
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(m, k)).astype("f"), rng.normal(size=(k, n)).astype("f")
    before = get_threads()
    try:
        results = []
        for count in (1, 2, 3):
            set_threads(count)
            with cut_small_ones():
                results.append(kernel.matmul(a, b))
    finally:
        set_threads(before)
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


@pytest.fixture
def every_blas():
    """Let the limit see every BLAS: OpenCV brings one, and another test may have loaded it late."""
    kernel.blas_libraries.cache_clear()
    kernel.blas_libraries()


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.mark.usefixtures("every_blas")
def test_blas_has_one_thread_inside_and_its_own_again_outside():
    before = blas_threads()
    with kernel.one_blas_thread():
        with kernel.one_blas_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert blas_threads() == before
    with pytest.raises(ZeroDivisionError), kernel.one_blas_thread():
        1 / 0  # noqa: B018
    assert blas_threads() == before


@pytest.mark.usefixtures("every_blas")
def test_an_interrupted_entrance_leaves_no_one_inside(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kernel, "blas_libraries", interrupted)
        with pytest.raises(KeyboardInterrupt), kernel.one_blas_thread():
            pass
    before = blas_threads()
    with kernel.one_blas_thread():
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX can fork")
def test_a_forked_child_starts_with_no_one_inside():
    with kernel.one_blas_thread():
        child = os.fork()
        if child == 0:
            os._exit(kernel._users)
        assert os.waitpid(child, 0)[1] == 0
        assert kernel._users == 1
