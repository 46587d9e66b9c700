"""Let Ctrl-C and SIGTERM wait until the current work is finished."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["deferred_interrupt"]

#: Ctrl-C, and what ``kill`` and a machine that shuts down send.
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_interrupt() -> Iterator[Callable[[], bool]]:
    """Hold the first Ctrl-C or SIGTERM back; a second one interrupts at once.

    Yields
    ------
    callable
        Whether there was one. The caller is then expected to stop soon.

    Notes
    -----
    Only the main thread hears signals; in others, and for a signal that the program was told to
    ignore (Ctrl-C under ``nohup``), nothing changes.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heard = False

    def hear(number: int, frame: Any) -> None:
        nonlocal heard
        if heard:
            raise KeyboardInterrupt
        heard = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    replaced = [number for number in _SIGNALS if before[number] not in (signal.SIG_IGN, None)]
    for number in replaced:
        signal.signal(number, hear)
    try:
        yield lambda: heard
    finally:
        for number in replaced:
            signal.signal(number, before[number])
