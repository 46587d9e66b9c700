import pytest

from minicnn.kernels import blas


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

    monkeypatch.setattr(blas, "blas_libraries", Controller)
    monkeypatch.setattr(blas, "has_avx512", lambda: avx512)
    assert blas.has_slow_blas() is slow
    assert blas.describe_blas() == {"libopenblas.so": f"openblas 0.3, {architecture}"}
