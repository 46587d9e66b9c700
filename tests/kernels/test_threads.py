import os
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import threads


@pytest.fixture(params=[1, 2, 5])
def count(request):
    before = threads.threads()
    threads.set_threads(request.param)
    yield request.param
    threads.set_threads(before)


@given(st.integers(0, 50), st.integers(1, 60))
def test_blocks_cover_the_range_once(size, block):
    covered = [i for start, stop in threads.blocks(size, block) for i in range(start, stop)]
    assert covered == list(range(size))


def test_every_block_is_worked_on_once(count):
    seen = []
    threads.run_blocks(lambda i, start, stop: seen.append((i, start, stop)), 10, 3)
    assert sorted(seen) == [(0, 0, 3), (1, 3, 6), (2, 6, 9), (3, 9, 10)]


def test_an_error_in_a_block_is_raised(count):
    def work(index, start, stop):
        if index == 3:
            raise ArithmeticError("block 3")

    with pytest.raises(ArithmeticError, match="block 3"):
        threads.run_blocks(work, 8, 1)
    # The pool is still good.
    test_every_block_is_worked_on_once(count)


def test_two_python_threads_may_call_at_once(count):
    results = {}

    def call(name):
        seen = []
        for _ in range(50):
            threads.run_blocks(lambda i, start, stop: seen.append(i), 4, 1)
        results[name] = len(seen)

    callers = [threading.Thread(target=call, args=(name,)) for name in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert results == dict.fromkeys(range(4), 200)


FORK = """
import os, time
from minicnn.kernels import threads

threads.set_threads(3)
threads.run_blocks(lambda i, start, stop: time.sleep(0.01), 6, 1)  # the parent's pool exists
time.sleep(0.1)  # and all its threads are idle
if os.fork() == 0:
    seen = []
    threads.run_blocks(lambda i, start, stop: seen.append(i), 6, 1)
    os._exit(sorted(seen) != list(range(6)))
raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_has_a_pool_of_its_own():
    # In a process of its own: libraries that other tests have loaded do not survive a fork.
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], check=True, timeout=60)


@pytest.mark.parametrize("count", [0, -1, 1.5])
def test_bad_counts(count):
    with pytest.raises(ValueError, match="count must be a positive integer"):
        threads.set_threads(count)


_AT_THE_END = """
import atexit, threading
import numpy as np
import minicnn
from minicnn.kernels import threads
from minicnn.layers import Conv2D, Dense, Flatten, Input

threads.set_threads(4)
model = minicnn.Sequential([Input((12, 12, 1)), Conv2D(4, 3), Flatten(), Dense(2)])
model.compile("adam", "mean_squared_error")
x, y = np.ones((70, 12, 12, 1), np.float32), np.ones((70, 2), np.float32)
expected = model.predict(x)

def work():
    assert (model.predict(x) == expected).all()
    model.fit(x, y, verbose=0)
    print("trained", flush=True)

def thread():
    threading.main_thread().join()
    work()
"""


@pytest.mark.parametrize(
    "when", ["threading.Thread(target=thread).start()", "atexit.register(work)"]
)
def test_the_calling_thread_computes_alone_while_the_interpreter_ends(when):
    ended = subprocess.run(
        [sys.executable, "-c", _AT_THE_END + when], capture_output=True, text=True
    )
    assert (ended.stderr, ended.stdout) == ("", "trained\n")
