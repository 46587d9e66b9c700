"""The kernels' tests once more in Numba's two other modes, each in a process of its own.

All of tests/kernels runs, with five hypothesis examples a test:

- ``NUMBA_DISABLE_JIT=1``: kernels are plain Python, which a debugger can step through, and must
  give what the compiled ones give.
- ``NUMBA_BOUNDSCHECK=1``: an index out of range raises instead of reading foreign memory. The
  cache starts empty, because a kernel compiled without the check would be taken from a warm one.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("mode", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_kernels_hold_in(mode, tmp_path):
    environment = {name: value for name, value in os.environ.items() if "NUMBA" not in name}
    environment |= {mode: "1", "NUMBA_CACHE_DIR": str(tmp_path)}
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
    assert compiled == (mode == "NUMBA_BOUNDSCHECK"), "the mode did not reach the kernels"
