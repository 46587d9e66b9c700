import os

import pytest
from threadpoolctl import threadpool_info

from minicnn.kernels import blas


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_has_one_thread_inside_and_its_own_again_outside():
    with blas.one_blas_thread():
        pass  # loads SciPy's
    before = blas_threads()
    with blas.one_blas_thread():
        with blas.one_blas_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert blas_threads() == before
    with pytest.raises(ZeroDivisionError), blas.one_blas_thread():
        1 / 0  # noqa: B018
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX can fork")
def test_a_forked_child_starts_with_no_one_inside():
    with blas.one_blas_thread():
        child = os.fork()
        if child == 0:
            os._exit(blas._users)
        assert os.waitpid(child, 0)[1] == 0
        assert blas._users == 1


@pytest.mark.parametrize(
    ("avx512", "architecture", "slow"),
    [(True, "Haswell", True), (True, "SkylakeX", False), (False, "Haswell", False)],
)
def test_kernels_for_older_processors_are_noticed(monkeypatch, avx512, architecture, slow):
    class Controller:
        def info(self):
            return [
                {
                    "filepath": "/lib/libopenblas.so",
                    "internal_api": "openblas",
                    "version": "0.3",
                    "architecture": architecture,
                }
            ]

    monkeypatch.setattr(blas, "_controller", Controller)
    monkeypatch.setattr(blas, "has_avx512", lambda: avx512)
    assert blas.has_slow_blas() is slow
    assert blas.describe_blas() == {"libopenblas.so": f"openblas 0.3, {architecture}"}
