"""``--threads`` and MINICNN_NUM_THREADS: how many cores the verbs that compute use."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import run_command
from drawn_photo import drawn_photo

VERBS = {
    "demo": (),
    "train": ("--out", "run"),
    "evaluate": (),
    "robustness": (),
    "figures": ("--run", "run"),
    "predict": ("photo.png",),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_bad_number_is_refused_before_anything_else(verb, refused, minicnn, tmp_path):
    sentence = refused(verb, *VERBS[verb], "--threads", "0")
    assert sentence.endswith("--threads must be a whole number in [1, inf), got 0.")
    result = minicnn(verb, *VERBS[verb], "--threads", "two")
    assert result.returncode == 2
    assert "argument --threads: invalid int value: 'two'" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", [*VERBS, "info"])
def test_a_bad_variable_is_refused_with_its_name(verb, environment, tmp_path):
    environment = environment | {"MINICNN_NUM_THREADS": "none"}
    result = run_command(verb, *VERBS.get(verb, ()), cwd=tmp_path, environment=environment)
    sentence = "MINICNN_NUM_THREADS must be a positive integer, got 'none'."
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"minicnn {verb}: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


def test_info_shows_the_number(environment, tmp_path):
    environment = environment | {"MINICNN_NUM_THREADS": "17"}
    shown = run_command("info", cwd=tmp_path, environment=environment).stdout
    assert re.search(r"^ *threads +17 *$", shown, re.MULTILINE)


# Run the command, then print the CPU seconds it took of the main thread and of each other one:
# those of BLAS, of OpenCV, and of the pool, which is kept alive until then. OpenBLAS's threads
# spin for 2**28 cycles when they start, whatever follows; that is waited for and not counted.
WATCHED = """
import os, sys, time
import cv2, scipy.linalg
import minicnn
from minicnn.cli import main

def seconds():
    taken = {}
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        taken[int(task)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return taken

before = seconds()
while True:
    time.sleep(0.2)
    now = seconds()
    if now == before:
        break
    before = now
code = main(sys.argv[1:])
taken = {task: spent - before.get(task, 0.0) for task, spent in seconds().items()}
print(taken.pop(os.getpid()), *taken.values(), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux counts per thread")
@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("predict photo.png photo.png photo.png --faces", "option"),
        ("predict photo.png photo.png photo.png --faces", "variable"),
        ("evaluate", "option"),
        ("figures --run run", "option"),
        ("train --out run", "option"),
    ],
)
def test_one_thread_is_one_core(command, how, model, data, environment, tmp_path):
    verb, *arguments = command.split()
    if verb == "predict":
        drawn_photo().resize((2400, 1200)).save(tmp_path / "photo.png")
    else:
        arguments += ["--data", str(data)]
    if verb == "train":
        arguments += ["--epochs", "1"]
    elif verb == "figures":
        (tmp_path / "run").mkdir()
        (tmp_path / "run/model.keras").write_bytes(model.read_bytes())
    else:
        arguments += ["--model", str(model)]
    if how == "option":
        arguments += ["--threads", "1"]
    else:
        environment = environment | {"MINICNN_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, verb, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    main, *others = map(float, done.stderr.splitlines()[-1].split())
    assert max(others, default=0) < 0.05 * main, (main, others)


def test_the_number_changes_no_result(minicnn, model, tmp_path):
    drawn_photo().save(tmp_path / "photo.png")
    printed = set()
    for count in (1, 3):
        options = ("--model", model, "--faces", "--csv", "--threads", count)
        result = minicnn("predict", "photo.png", *options)
        assert result.returncode == 0, result.stderr
        printed.add(result.stdout)
    assert len(printed) == 1


def test_a_run_may_be_resumed_with_another_number(minicnn, data, tmp_path):
    def train(folder, epochs, *more):
        options = ("--data", data, "--out", folder, "--epochs", epochs, "--schedule", "constant")
        result = minicnn("train", *options, *more)
        assert result.returncode == 0, result.stderr
        return result.stdout

    train("whole", 2, "--threads", 1)
    train("parts", 1, "--threads", 1)
    assert "other conditions" not in train("parts", 2, "--resume", "--threads", 2)
    whole, parts = (tmp_path / run / "history.csv" for run in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()
