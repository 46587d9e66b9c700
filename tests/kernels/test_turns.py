import os
import subprocess
import sys

import pytest

FORK = """
import os, signal, threading
import numpy as np
import minicnn
from minicnn.layers import Dense, Input
from minicnn.kernels.threads import one_at_a_time

model = minicnn.Sequential([Input((3,)), Dense(2)])
x = np.ones((4, 3), np.float32)
expected = model.predict(x)
holds, done = threading.Event(), threading.Event()

def compute_long():
    with one_at_a_time():
        holds.set()
        done.wait()

thread = threading.Thread(target=compute_long)
thread.start()
holds.wait()
child = os.fork()
if child == 0:
    signal.alarm(20)  # nobody waits for a child that hangs
    os._exit(not np.array_equal(model.predict(x), expected))
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
done.set()
thread.join()
model.predict(x)  # the parent's turns go on
raise SystemExit(abs(code))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_while_another_thread_computes_does_not_wait_for_it():
    # In a process of its own: libraries that other tests have loaded do not survive a fork.
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], check=True, timeout=60)


INSIDE = """
import os, signal, threading
from minicnn.kernels.threads import one_at_a_time

def turn():
    with one_at_a_time():
        pass

with one_at_a_time():
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        turn()
if child == 0:
    thread = threading.Thread(target=turn)
    thread.start()
    thread.join()
    os._exit(0)
raise SystemExit(abs(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_in_its_own_turn_ends_it():
    subprocess.run([sys.executable, "-W", "ignore", "-c", INSIDE], check=True, timeout=60)
