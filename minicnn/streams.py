"""Standard output and standard error, whatever a program has put in their place.

Under pythonw they are None. Notebooks, loggers and test runners replace them by objects that may
have ``write`` and little else. With an old locale they cannot encode every character.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import warnings
from pathlib import Path
from typing import Any

__all__ = ["PLAIN", "is_terminal", "open_missing_streams", "say", "warn"]

_PACKAGE = str(Path(__file__).parent) + os.sep

#: An error handler for encodings: characters of tables become similar ones in ASCII, others "?".
PLAIN = "minicnn.plain"
_SIMILAR = {"─": "-", "█": "#", "•": "*"}


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_SIMILAR.get(letter, "?") for letter in missing), error.end


codecs.register_error(PLAIN, _plain)


def is_terminal(stream: Any) -> bool:
    """Whether a stream, which may be None or closed or lack ``isatty``, is a terminal."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError, OSError):
        return False


def say(text: str) -> None:
    """Print a line on standard output at once, if there is one, in characters that it has."""
    out = sys.stdout
    if out is None or getattr(out, "closed", False):
        return
    encoding = getattr(out, "encoding", None)
    if isinstance(encoding, str):
        with contextlib.suppress(LookupError):  # of an encoding that Python does not know
            text = text.encode(encoding, PLAIN).decode(encoding)
    out.write(f"{text}\n")
    if hasattr(out, "flush"):
        out.flush()


def open_missing_streams() -> None:
    """Open the null device in the place of standard streams that are None or closed.

    The system gives the number of a closed stream to the next file that is opened: what is meant
    for standard error would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
            if null != number:
                os.dup2(null, number)
                os.close(null)
            os.set_inheritable(number, True)
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or getattr(stream, "closed", False):
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn; the warning points to the first line outside the package, whatever lies between."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, level)
