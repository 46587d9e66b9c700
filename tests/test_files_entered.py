"""A step can be followed: it leads through few files."""

import subprocess
import sys
from pathlib import Path

MOST = 22


def test_a_training_step_enters_few_files():
    script = Path(__file__).with_name("files_entered.py")
    run = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True)
    *lines, count = run.stdout.splitlines()
    files = [line.split()[0] for line in lines]
    assert files[0] == "learning.py"
    assert {"graph.py", "learning.py", "layers/conv2d.py", "kernels/conv2d.py"} <= set(files)
    assert count == f"{len(files)} files"
    assert len(files) <= MOST
