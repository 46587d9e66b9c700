"""Memory for large arrays that come and go with every step.

A new page of memory is zeroed by the system when it is touched first. For an array that is
written once and read twice this can cost as much as the computation, so a large array takes the
memory that an earlier one has left.
"""

import math
import weakref

import numpy as np

__all__ = ["aligned_array", "new_array"]

#: Bytes from which on memory is kept here. The C library of Linux hands larger pieces back to the
#: system: those of 32 MiB whenever they are freed, smaller ones when many are freed together, as
#: the gradients of a step are. That cost 8,000 page faults a step of the documented network.
LARGE = 2**23
#: Bytes of a line of the cache, and of the widest vectors.
ALIGNMENT = 64
#: Bytes that are kept for later arrays, at most; a step of the documented network on 128 images
#: frees about so many.
KEPT = 2**29


class _Memory(np.ndarray):
    """The owner of some bytes.

    Views of an array hold on to that array only if its owner is not of its own class; otherwise
    NumPy would let them hold on to the owner, and the array could go before its views.
    """


# By identity, the oldest first. Each operation on it is atomic: a finalizer may run in any thread,
# and within an operation of its own thread, where a lock would never open.
_free: dict[int, _Memory] = {}


def new_array(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Make an array of any content, as ``np.empty`` does."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < LARGE:
        return np.empty(shape, dtype)
    kept = enumerate(tuple(_free.items()))
    fitting = [(m.nbytes, -age, key) for age, (key, m) in kept if size <= m.nbytes <= 2 * size]
    # Of equal ones that which was left last: it is the likeliest to be in the cache.
    memory = _free.pop(min(fitting)[2], None) if fitting else None
    if memory is None:
        memory = _Memory(size, np.uint8)
    array: np.ndarray = np.ndarray(shape, dtype, buffer=memory)
    weakref.finalize(array, _take_back, memory).atexit = False
    return array


def aligned_array(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Make an array of any content that begins at a multiple of ``ALIGNMENT`` bytes."""
    size, itemsize = math.prod(shape), np.dtype(dtype).itemsize
    numbers = new_array((size + ALIGNMENT // itemsize,), dtype)
    start = -numbers.ctypes.data % ALIGNMENT // itemsize
    return numbers[start : start + size].reshape(shape)


def _take_back(memory: _Memory) -> None:
    _free[id(memory)] = memory
    kept = tuple(_free.items())
    surplus = sum(memory.nbytes for _, memory in kept) - KEPT
    for key, oldest in kept:
        if surplus <= 0:
            return
        if _free.pop(key, None) is not None:
            surplus -= oldest.nbytes
