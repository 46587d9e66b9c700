"""``minicnn info`` and ``python -m minicnn``."""

import hashlib
import subprocess
import sys

from minicnn.cli import main
from minicnn.fer.models.pretrained import DEFAULT, PRETRAINED_FILES
from minicnn.kernels import blas
from minicnn.version import __version__


def test_processor_blas_threads_and_versions(minicnn):
    result = minicnn("info")
    assert (result.returncode, result.stderr) == (0, "")
    # Above the note on slow kernels, where there is one.
    table = result.stdout.strip().split("\n\n")[0]
    shown = dict(line.split(maxsplit=1) for line in table.splitlines())
    assert shown["minicnn"].strip() == __version__
    assert {"processor", "cores", "threads", "numpy", "scipy", "numba"} <= set(shown)
    assert "blas" in result.stdout
    digest = hashlib.sha256(PRETRAINED_FILES[DEFAULT].read_bytes()).hexdigest()[:12]
    assert f"{digest}, the default (pretrained)" in shown[DEFAULT]


def test_slow_kernels_are_called_slow(monkeypatch, capsys):
    monkeypatch.setattr(blas, "has_slow_blas", lambda: True)
    assert main(["info"]) == 0
    assert "set OPENBLAS_CORETYPE=SKYLAKEX" in " ".join(capsys.readouterr().out.split())


def test_the_module_is_the_command():
    run = [sys.executable, "-m", "minicnn", "--version"]
    assert subprocess.check_output(run, text=True) == f"minicnn {__version__}\n"
