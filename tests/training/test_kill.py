"""A training that is killed, again and again, ends as one that never was: to the last bit.

SIGKILL leaves no time for anything: no handler, no `finally`, no flush.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import resumable

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

KILLS, IN_A_CHECKPOINT, EVERY = 30, 8, 3


class Server:
    """Starts trainings, and kills them."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, Path(resumable.__file__).with_name("killable.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Matrices this small are no work for several threads, least of all on a busy machine.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )
        assert self.process.stdout.readline() == "ready\n"

    def start(self, folder, pause=None):
        """Start a training, or go on with it; return its process id."""
        order = {"folder": str(folder), "every": EVERY, "pause": pause}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def status(self):
        """Wait for its end; return the signal that ended it, or 0."""
        return os.WTERMSIG(int(self.process.stdout.readline()))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@pytest.fixture(scope="module")
def server():
    one = Server()
    yield one
    one.close()


def batches(folder):
    """How many batches were done, over all attempts."""
    return len((folder / "batches").read_text().splitlines())


@pytest.fixture(scope="module")
def uninterrupted(server, tmp_path_factory):
    """What an uninterrupted training gives, how many batches it does and how long it takes."""
    folder, start = tmp_path_factory.mktemp("uninterrupted"), time.perf_counter()
    server.start(folder)
    assert server.status() == 0
    seconds = time.perf_counter() - start
    return json.loads((folder / "result").read_text()), batches(folder), seconds


def wait_for(path, process):
    """Wait for a file, or for the end of the process that is to make it."""
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.001)


def test_thirty_kills_change_nothing(server, uninterrupted, tmp_path):
    expected, whole, seconds = uninterrupted
    draw = random.Random(0)
    # Moments, drawn beforehand: some in a checkpoint, the others anywhere.
    plans = [
        [draw.choice(["writing", "syncing", "renamed"]), draw.randint(1, 4)]
        for _ in range(IN_A_CHECKPOINT)
    ] + [None] * (KILLS - IN_A_CHECKPOINT)
    draw.shuffle(plans)
    kills = in_a_checkpoint = trainings = 0
    while kills < KILLS:
        folder, killed = tmp_path / str(trainings), 0
        folder.mkdir()
        while not (folder / "result").exists():
            plan = plans[kills] if kills < KILLS else None
            process = server.start(folder, plan)
            if plan is not None:
                wait_for(folder / "paused", process)
            elif kills < KILLS:
                time.sleep(draw.uniform(0, min(seconds / 4, 0.5)))
            if kills < KILLS:
                with contextlib.suppress(ProcessLookupError):  # it was faster
                    os.kill(process, signal.SIGKILL)
            ended_by = server.status()
            assert ended_by == signal.SIGKILL or (folder / "result").exists(), "it failed"
            if ended_by == signal.SIGKILL:
                killed, kills = killed + 1, kills + 1
                in_a_checkpoint += (folder / "paused").exists()
            (folder / "paused").unlink(missing_ok=True)
        trainings += 1
        assert json.loads((folder / "result").read_text()) == expected
        assert whole <= batches(folder) <= whole + killed * EVERY
        # Nothing is left of the files that were being written.
        assert set(os.listdir(folder / "checkpoints")) == {"a.checkpoint", "b.checkpoint"}
    assert in_a_checkpoint >= 5


def test_a_finished_training_does_no_batch_again(server, uninterrupted, tmp_path):
    for _ in range(2):
        (tmp_path / "result").unlink(missing_ok=True)
        server.start(tmp_path)
        assert server.status() == 0
        assert json.loads((tmp_path / "result").read_text()) == uninterrupted[0]
    assert batches(tmp_path) == uninterrupted[1]
