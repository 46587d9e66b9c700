import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import memory
from minicnn.kernels.memory import new_array

LARGE = 2**20
MANY = LARGE // 4 + 1  # so many float32 are a large array


@pytest.fixture(autouse=True)
def nothing_is_kept():
    usual, memory.LARGE = memory.LARGE, LARGE
    memory._free.clear()
    yield
    memory._free.clear()
    memory.LARGE = usual


def test_it_has_the_shape_and_dtype():
    for shape in [(), (0, 3), (2, 3), (3, MANY)]:
        for dtype in (np.float32, np.float64, np.int32, bool):
            array = new_array(shape, np.dtype(dtype))
            assert array.shape == shape
            assert array.dtype == dtype
            assert array.flags.c_contiguous
            assert array.flags.writeable


def test_the_next_array_takes_the_memory_that_the_last_one_left():
    array = new_array((MANY,), np.dtype(np.float32))
    place = array.ctypes.data
    del array
    assert new_array((MANY // 2, 2), np.dtype(np.float32)).ctypes.data == place


@pytest.mark.parametrize(
    "view",
    [
        lambda array: array[3:],
        lambda array: array.reshape(-1, 2).T[0],
        lambda array: array.view(np.complex64)[..., None][1:, 0],
        np.asarray,
        memoryview,
    ],
)
def test_a_view_keeps_the_memory(view):
    array = new_array((2 * MANY,), np.dtype(np.float32))
    rest = view(array)
    array[:] = 1
    del array
    new_array((2 * MANY,), np.dtype(np.float32))[:] = 2
    assert np.all(np.asarray(rest).real == 1)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=30))
def test_arrays_that_live_share_no_memory(steps):
    alive = {}
    for number, (slot, size) in enumerate(steps):
        alive.pop(slot, None)
        alive[slot] = (number, new_array((size * MANY,), np.dtype(np.float32)))
        alive[slot][1][:] = number
        for content, array in alive.values():
            assert array[0] == array[-1] == content


def test_threads_may_take_and_leave_at_once():
    wrong = []

    def work(number):
        for _ in range(200):
            array = new_array((MANY,), np.dtype(np.float32))
            array[::1000] = number
            if not np.all(array[::1000] == number):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_not_more_than_so_much_is_kept(monkeypatch):
    monkeypatch.setattr(memory, "KEPT", 10 * LARGE)
    arrays = [new_array((2 * MANY,), np.dtype(np.float32)) for _ in range(9)]
    last = arrays[-1].ctypes.data
    while arrays:
        del arrays[0]
    kept = list(memory._free.values())
    assert sum(one.nbytes for one in kept) <= 10 * LARGE
    assert len(kept) == 4
    assert last in [one.ctypes.data for one in kept]
