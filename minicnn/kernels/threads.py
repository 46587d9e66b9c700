"""One pool of threads for all kernels, and one computation at a time.

A compiled kernel takes a range ``[start, stop)`` of its outermost axis and releases the GIL, so
plain Python threads run it on several cores. Numba's own threading layers stay unused: ``omp``
kills forked children, and ``workqueue`` aborts the process when two Python threads enter it.

The blocks depend on the amount of work only, never on the number of threads. A reduction that
adds up its blocks in order therefore gives the same bits on any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from minicnn.kernels.default_threads import default_threads

__all__ = ["blocks", "get_threads", "one_at_a_time", "run_blocks", "set_threads"]


# None: not asked for yet, so that a bad MINICNN_NUM_THREADS is an error of the first computation
# and not of the import.
_threads: int | None = None
_pool: ThreadPoolExecutor | None = None
_pool_lock = threading.RLock()  # a signal's handler may set the number, too
_turns = threading.RLock()


def get_threads() -> int:
    """Return the number of threads that minicnn computes with.

    Raises
    ------
    ValueError
        If nothing has been set and MINICNN_NUM_THREADS is not a positive integer.
    """
    global _threads
    with _pool_lock:
        if _threads is None:
            _threads = default_threads()
        return _threads


def set_threads(count: int) -> None:
    """Set the number of threads that minicnn computes with, in the whole process.

    Results do not depend on it, to the bit. Without a call, the environment variable
    MINICNN_NUM_THREADS decides, and without that the CPUs that the process may use: those of its
    affinity, within its quota, and no more than OMP_NUM_THREADS.

    Parameters
    ----------
    count : int
        1 computes in the calling thread alone.

    Raises
    ------
    ValueError
        If `count` is not a positive integer.

    Notes
    -----
    It may be called at any time and from any thread; the last call counts. A computation that is
    running keeps its threads for the operation it is in, and goes on with the new number. A forked
    child takes the number over; other child processes begin with their environment. BLAS and OpenCV
    are limited only while minicnn calls them: your own calls of NumPy are not affected.

    Examples
    --------
    >>> import minicnn
    >>> minicnn.set_threads(1)
    >>> minicnn.get_threads()
    1
    """
    global _threads, _pool
    try:
        valid = int(count) == count and count >= 1
    except (TypeError, ValueError, OverflowError):
        valid = False
    if not valid:
        raise ValueError(f"set_threads: count must be a positive integer, got {count!r}.")
    with _pool_lock:
        _threads, _pool = int(count), None


def _forget_pool() -> None:
    # A forked child inherits the pool object but none of its threads, and locks that a thread of
    # its parent may hold.
    global _pool, _pool_lock, _turns
    _pool, _pool_lock, _turns = None, threading.RLock(), threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other thread of this process computes, and compute; may be nested.

    One computation already uses every core, and an optimizer's step changes arrays in place.
    """
    with _turns:
        yield


def _executor() -> ThreadPoolExecutor:
    global _pool
    with _pool_lock:
        if _pool is None:
            # The calling thread works too, hence one fewer. If another thread has just set the
            # number to 1, one idle thread does no harm.
            _pool = ThreadPoolExecutor(max(1, get_threads() - 1), thread_name_prefix="minicnn")
        return _pool


def blocks(size: int, block: int) -> list[tuple[int, int]]:
    """Cut ``range(size)`` into consecutive ``(start, stop)`` pairs of length `block` or less."""
    return [(start, min(start + block, size)) for start in range(0, size, block)]


def run_blocks(work: Callable[[int, int, int], object], size: int, block: int) -> None:
    """Call ``work(index, start, stop)`` for every block of ``range(size)``, over all threads.

    Parameters
    ----------
    work : callable
        Releases the GIL for most of its time and writes only what belongs to its block.
    size : int
        Length of the axis that is cut.
    block : int
        Length of a block. Choose it from the work per item, not from the number of threads.

    Notes
    -----
    Blocks are handed out one at a time, so uneven blocks still finish together. An exception in
    any block is raised here after all threads have stopped.
    """
    pending = list(enumerate(blocks(size, block)))
    pending.reverse()
    helpers = min(get_threads(), len(pending)) - 1

    def drain() -> None:
        while True:
            try:
                index, (start, stop) = pending.pop()  # list.pop is atomic
            except IndexError:
                return
            work(index, start, stop)

    if helpers <= 0:
        drain()
        return
    futures = []
    with suppress(RuntimeError):  # no threads: the interpreter is ending, or the system has none
        for _ in range(helpers):
            futures.append(_executor().submit(drain))
    try:
        drain()
    finally:
        pending.clear()  # after an error, the others stop with the blocks they are in
        # Helpers that have not begun would find nothing to do. To wait for them would be to wait
        # for ever where all threads of the pool are inside of blocks that have blocks themselves.
        errors = [future.exception() for future in futures if not future.cancel()]
    for error in filter(None, errors):
        raise error
