"""A process that is killed while it saves leaves a readable model."""

import os
import signal
import subprocess
import sys
import time

import pytest

import minicnn


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_save_leaves_a_readable_model(saved, tmp_path):
    script = (
        "import sys, minicnn\n"
        "model = minicnn.load_model(sys.argv[1])\n"
        "print('loaded', flush=True)\n"
        "while True:\n"
        "    model.save(sys.argv[1])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(saved)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "loaded\n"
        before = saved.stat().st_ino
        while saved.stat().st_ino == before:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    minicnn.load_model(saved)
