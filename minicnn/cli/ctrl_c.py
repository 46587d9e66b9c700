"""Ctrl-C at any moment of the command: one line, exit code 130, and no traceback.

A program that calls :func:`minicnn.cli.main` keeps its own handling.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

from minicnn import IS_THE_COMMAND

__all__ = ["ignore", "interrupt", "was_heard"]

_heard = False


def was_heard() -> bool:
    """Whether there was a Ctrl-C: an import that it breaks may raise anything."""
    return _heard


def interrupt() -> None:
    """From now on, Ctrl-C raises KeyboardInterrupt."""
    _handle(_raise)


def ignore() -> None:
    """From now on, Ctrl-C does nothing: the command is ending."""
    _handle(signal.SIG_IGN)


def _leave(number: int, frame: FrameType | None) -> None:
    os.write(2, b"minicnn: interrupted.\n")
    os._exit(130)


def _raise(number: int, frame: FrameType | None) -> None:
    global _heard
    _heard = True
    raise KeyboardInterrupt


_ours = (signal.default_int_handler, _leave, _raise)


def _handle(handler: object) -> None:
    # Not where the command was started deaf to Ctrl-C, as by nohup.
    if IS_THE_COMMAND and signal.getsignal(signal.SIGINT) in _ours:
        signal.signal(signal.SIGINT, handler)  # type: ignore[arg-type]


# During imports there is nothing to put in order.
_handle(_leave)
