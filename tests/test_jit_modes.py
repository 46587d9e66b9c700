"""The kernels' tests once more in Numba's other modes, each in a process of its own.

All of tests/kernels runs, with five hypothesis examples a test:

- ``NUMBA_DISABLE_JIT=1``: kernels are plain Python, which a debugger can step through, and must
  give what the compiled ones give.
- ``NUMBA_BOUNDSCHECK=1``: an index out of range raises instead of reading foreign memory. The
  cache starts empty, because a kernel compiled without the check would be taken from a warm one.
- A lesser CPU: ``NUMBA_CPU_NAME=generic`` compiles without AVX and fused multiplication, and
  ``OPENBLAS_CORETYPE=HASWELL`` takes BLAS's kernels without AVX-512.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


LESSER_CPU = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "HASWELL",
}


@pytest.mark.parametrize(
    "mode",
    [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_BOUNDSCHECK": "1"}, LESSER_CPU],
    ids=["without JIT", "with bounds checks", "on a lesser CPU"],
)
def test_kernels_hold(mode, tmp_path):
    environment = {name: value for name, value in os.environ.items() if "NUMBA" not in name}
    environment |= mode | {"NUMBA_CACHE_DIR": str(tmp_path)}
    # NumPy's scalars warn of inf - inf, which compiled code computes in silence.
    quiet = ["-q", "-W", "ignore::RuntimeWarning", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/kernels", "--hypothesis-profile=few", *quiet],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    compiled = any(tmp_path.rglob("*.nbc"))
    assert compiled == ("NUMBA_DISABLE_JIT" not in mode), "the mode did not reach the kernels"
