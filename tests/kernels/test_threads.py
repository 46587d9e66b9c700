import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minicnn
from minicnn.kernels import threads


@pytest.fixture
def restored():
    before = threads.get_threads()
    yield
    threads.set_threads(before)


@pytest.fixture(params=[1, 2, 5])
def count(request, restored):
    threads.set_threads(request.param)
    return request.param


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


@pytest.mark.parametrize(
    "count", [0, -1, 1.5, "2", "two", None, math.nan, math.inf, [2], 1j, np.float32(0.5)]
)
def test_bad_counts(count):
    before = threads.get_threads()
    with pytest.raises(ValueError, match=r"^set_threads: count must be a positive integer, got "):
        threads.set_threads(count)
    assert threads.get_threads() == before


@pytest.mark.parametrize("count", [3, 3.0, np.int64(3), np.uint8(3), 10**30])
def test_good_counts(count, restored):
    minicnn.set_threads(count)
    assert minicnn.get_threads() == count
    assert type(minicnn.get_threads()) is int
    test_every_block_is_worked_on_once(count)


def test_threads_that_are_not_needed_any_more_end(restored):
    def alive():
        return [thread for thread in threading.enumerate() if thread.name.startswith("minicnn")]

    threads.set_threads(4)
    threads.run_blocks(lambda *_: time.sleep(0.01), 20, 1)
    assert len(alive()) >= 3
    threads.set_threads(1)
    deadline = time.monotonic() + 20
    while alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert alive() == []


def test_one_thread_is_the_calling_one(restored):
    threads.set_threads(1)
    seen = set()
    threads.run_blocks(lambda *_: seen.add(threading.current_thread()), 10, 1)
    assert seen == {threading.current_thread()}


def test_several_threads_may_set_the_number_while_others_compute(restored):
    stop, errors = threading.Event(), []

    def change(counts):
        while not stop.is_set():
            for count in counts:
                threads.set_threads(count)

    def compute():
        try:
            for _ in range(300):
                test_every_block_is_worked_on_once(None)
        except BaseException as error:
            errors.append(error)

    changing = [threading.Thread(target=change, args=(counts,)) for counts in ((1, 4), (2, 1))]
    computing = [threading.Thread(target=compute) for _ in range(3)]
    for thread in changing + computing:
        thread.start()
    for thread in computing:
        thread.join()
    stop.set()
    for thread in changing:
        thread.join()
    assert errors == []


def test_the_number_may_change_inside_of_a_computation(count):
    seen = []

    def work(index, start, stop):
        threads.set_threads(1 + index % 3)
        seen.append(index)

    threads.run_blocks(work, 12, 1)
    assert sorted(seen) == list(range(12))


NESTED = """
from minicnn.kernels import threads

threads.set_threads(2)
seen = []
for _ in range(50):
    threads.run_blocks(
        lambda *_: threads.run_blocks(lambda i, *_: seen.append(i), 4, 1), 4, 1
    )
assert len(seen) == 50 * 16
"""


def test_blocks_may_have_blocks_themselves():
    # In a process of its own, since threads that wait for each other cannot be ended.
    subprocess.run([sys.executable, "-c", NESTED], check=True, timeout=60)


def test_an_error_is_raised_after_all_threads_have_stopped(restored):
    for _ in range(10):
        threads.set_threads(3)  # a new pool, of two threads
        barrier, running = threading.Barrier(3, timeout=20), []

        def work(index, start, stop, barrier=barrier, running=running):
            barrier.wait()  # each of the three threads has a block
            if threading.current_thread().name.endswith("_1"):
                running.append(index)
                time.sleep(0.05)
                running.remove(index)
            else:
                raise ArithmeticError("a block")

        with pytest.raises(ArithmeticError, match="a block"):
            threads.run_blocks(work, 3, 1)
        assert running == []


CHILDREN = """
import multiprocessing
import numpy as np
import minicnn
from minicnn.kernels import threads
from minicnn.kernels.matmul import matmul

a = np.random.default_rng(0).normal(size=(500, 400)).astype("f")

def child(count):
    inherited = minicnn.get_threads()
    if count:
        minicnn.set_threads(count)
    return inherited, minicnn.get_threads(), matmul(a, a.T).tobytes()

if __name__ == "__main__":
    minicnn.set_threads(3)
    expected = matmul(a, a.T).tobytes()
    with multiprocessing.get_context("METHOD").Pool(2) as pool:
        for count, (inherited, own, product) in zip((0, 1, 2), pool.map(child, (0, 1, 2), 1)):
            assert inherited in PASSED, inherited
            assert own == (count or inherited)
            assert product == expected
    assert minicnn.get_threads() == 3
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize(("method", "passed"), [("fork", (1, 2, 3)), ("spawn", (1, 2, 5))])
def test_forked_children_take_the_number_over_and_others_the_variable(method, passed, tmp_path):
    # A child of the pool may have done another task, and set its own number, before.
    script = tmp_path / "children.py"
    script.write_text(CHILDREN.replace("METHOD", method).replace("PASSED", repr(passed)))
    environment = os.environ | {
        "PYTHONPATH": str(Path(minicnn.__file__).parents[1]),
        "MINICNN_NUM_THREADS": "5",
    }
    command = [sys.executable, "-W", "ignore", script]
    subprocess.run(command, check=True, timeout=120, env=environment)


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
