"""Ctrl-C while the command imports what it needs.

Modules of these tests stand in the place of slow ones: they say that they are being imported, and
wait.
"""

import os
import signal
import subprocess
import sys

import pytest
from command import COMMAND

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

WAIT = "import sys, time\nprint('importing', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
# What modules in C make of an interruption.
DISGUISE = f"""
try:
    {WAIT.replace(chr(10), chr(10) + "    ")}
except KeyboardInterrupt:
    pass
raise ImportError("numpy.core.multiarray failed to import")
"""


@pytest.fixture
def interrupted(environment, tmp_path):
    """Interrupt the command while it imports a module, and return exit code and message."""

    def run(name, code, *arguments, command=(COMMAND,), wait=signal.SIG_DFL):
        folder = tmp_path / "instead"
        folder.mkdir()
        (folder / f"{name}.py").write_text(code)
        path = os.pathsep.join([str(folder), *filter(None, [environment.get("PYTHONPATH")])])
        process = subprocess.Popen(
            [*command, *arguments],
            env=environment | {"PYTHONPATH": path},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Shells start background jobs, this suite perhaps among them, deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, wait),
        )
        assert process.stderr.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=120)
        assert output == ""
        return process.returncode, error

    return run


@pytest.mark.parametrize("code", [WAIT, DISGUISE])
@pytest.mark.parametrize("name", ["argparse", "llvmlite", "scipy"])
def test_while_the_library_is_imported(interrupted, name, code):
    assert interrupted(name, code, "summary") == (130, "minicnn: interrupted.\n")


def test_in_the_module_as_well(interrupted):
    command = [sys.executable, "-m", "minicnn"]
    ended = interrupted("llvmlite", WAIT, "summary", command=command)
    assert ended == (130, "minicnn: interrupted.\n")


@pytest.mark.parametrize("code", [WAIT, DISGUISE])
def test_while_a_verb_imports_more(interrupted, code):
    ended = interrupted("rich", code, "summary")
    assert ended == (130, "minicnn summary: interrupted.\n")


def test_a_command_that_is_told_to_be_deaf_stays_deaf(interrupted):
    """As by nohup, which ignores other signals than this one; shells do it with background jobs."""
    code = WAIT.replace("60", "0.5") + "raise OSError('went on')\n"
    ended = interrupted("rich", code, "summary", wait=signal.SIG_IGN)
    assert ended == (2, "minicnn summary: went on\n")


def test_a_program_that_calls_the_command_keeps_its_own_handling():
    code = (
        "import signal\n"
        "from minicnn.cli import main\n"
        "before = signal.getsignal(signal.SIGINT)\n"
        "assert before is signal.default_int_handler\n"
        "main(['summary'])\n"
        "assert signal.getsignal(signal.SIGINT) is before\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert run.returncode == 0, run.stderr
