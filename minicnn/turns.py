"""One computation at a time.

A single computation already uses every core, and layers remember their last forward pass. So
Python threads that train or predict take turns.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["one_at_a_time"]

_lock = threading.RLock()


def _renew_lock() -> None:
    # A forked child inherits the lock but not the thread that holds it: it would wait for ever.
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other thread of this process computes, and compute; may be nested."""
    with _lock:
        yield
