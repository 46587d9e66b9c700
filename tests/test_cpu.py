import os
import subprocess
import sys

import pytest

from minicnn import cpu


@pytest.fixture
def avx512(monkeypatch):
    monkeypatch.setattr(cpu, "has_avx512", lambda: True)
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)


@pytest.mark.usefixtures("avx512")
def test_kernels_are_named_while_blas_is_loaded_and_not_longer():
    with cpu.right_blas_kernels():
        assert os.environ["OPENBLAS_CORETYPE"] == "SKYLAKEX"
    assert "OPENBLAS_CORETYPE" not in os.environ
    with pytest.raises(ImportError), cpu.right_blas_kernels():
        raise ImportError
    assert "OPENBLAS_CORETYPE" not in os.environ


@pytest.mark.usefixtures("avx512")
def test_what_the_user_has_set_is_left_alone(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "HASWELL")
    with cpu.right_blas_kernels():
        assert os.environ["OPENBLAS_CORETYPE"] == "HASWELL"
    assert os.environ["OPENBLAS_CORETYPE"] == "HASWELL"


def test_a_lesser_cpu_gets_what_blas_chooses(monkeypatch):
    monkeypatch.setattr(cpu, "has_avx512", lambda: False)
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    with cpu.right_blas_kernels():
        assert "OPENBLAS_CORETYPE" not in os.environ


@pytest.mark.parametrize(
    "load",
    [
        "import minicnn",
        "sys.argv = ['minicnn', 'summary']; from minicnn.cli import main; main()",
    ],
)
def test_nothing_has_loaded_numpy_before(load):
    code = f"""
import builtins, sys
real = builtins.__import__
def watched(name, *rest, **more):
    if name == "numpy" and "numpy" not in sys.modules:
        assert sys._getframe(1).f_globals["__name__"] == "minicnn.cpu", sys._getframe(1)
    return real(name, *rest, **more)
builtins.__import__ = watched
{load}
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
