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

__all__ = ["blocks", "one_at_a_time", "run_blocks", "set_threads", "threads"]


def _available_cpus() -> int:
    """CPUs this process may use (a container or ``taskset`` can allow fewer than exist)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_threads = _available_cpus()
_pool: ThreadPoolExecutor | None = None
_pool_lock = threading.Lock()
_turns = threading.RLock()


def threads() -> int:
    """Number of threads the kernels use."""
    return _threads


def set_threads(count: int) -> None:
    """Set the number of threads the kernels use.

    Raises
    ------
    ValueError
        If `count` is not a positive integer.
    """
    global _threads, _pool
    if int(count) != count or count < 1:
        raise ValueError(f"set_threads: count must be a positive integer, got {count!r}.")
    with _pool_lock:
        _threads, _pool = int(count), None


def _forget_pool() -> None:
    # A forked child inherits the pool object but none of its threads, and locks that a thread of
    # its parent may hold.
    global _pool, _pool_lock, _turns
    _pool, _pool_lock, _turns = None, threading.Lock(), threading.RLock()


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
            # The calling thread works too, hence one fewer.
            _pool = ThreadPoolExecutor(_threads - 1, thread_name_prefix="minicnn")
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
    helpers = min(_threads, len(pending)) - 1

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
        for future in futures:
            future.result()
