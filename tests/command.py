"""The installed ``minicnn`` command, run as a user runs it."""

import subprocess
import sys
from pathlib import Path

__all__ = ["COMMAND", "run_command"]

COMMAND = Path(sys.executable).with_name("minicnn")


def run_command(*arguments, cwd, environment, timeout=600):
    """Run the command and return how it ended; whatever happens, there is no traceback."""
    result = subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result
