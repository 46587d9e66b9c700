"""Files that appear whole or not at all.

A file is written under a temporary name in its own folder, synced to the disk, and renamed over
the old one. Renaming within a folder is a single step for the file system, so whoever looks, and
whatever kills the program, finds the old file or the new one, never a part.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

__all__ = [
    "atomic_write",
    "check_path",
    "check_writable",
    "one_line",
    "one_line_errors",
    "path_text",
    "remove_unfinished",
    "shortened",
    "write_json",
    "write_text",
]

# A disk that is full, too small or failing shows in the middle of writing.
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


def shortened(message: object) -> str:
    """Return a message about a file without most of what it quotes: that may be megabytes."""
    text = one_line(message)
    return text if len(text) <= 1000 else f"{text[:500]} ... {text[-300:]}"


def one_line(message: object) -> str:
    """Return a text with escapes, as in Python, for line ends and whatever else does not print.

    Names in foreign files may hold anything, and a terminal obeys some of it.
    """
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in str(message)
    )


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Escape what does not print in the message of a ValueError or OSError: see :func:`one_line`.

    Also a decorator: ``@one_line_errors()``.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        # Other errors, such as the system's, put their message together from parts.
        if len(error.args) == 1 and isinstance(error.args[0], str):
            error.args = (one_line(error.args[0]),)
        raise


def path_text(path: str | os.PathLike[str]) -> str:
    """Return a path as text.

    Raises
    ------
    ValueError
        If no file can have it; see :func:`check_path`.
    TypeError
        If it is not a path.
    """
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"{path!r} is not a path: expected a string, got {type(text).__name__}.")
    check_path(text)
    return str(text)


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing whose content takes its place when the block ends well.

    If the block raises, the temporary file is removed and what was at `path` stays. Only a
    killed process leaves it behind, as ``.<name>.<random>.part``.

    Parameters
    ----------
    path : str or path
        Where the content is to be. A symbolic link keeps pointing where it points.

    Yields
    ------
    binary file
        Open for writing.

    Raises
    ------
    OSError
        If the place cannot be written: of the class that Python has for the reason, with a
        sentence that names both.

    Examples
    --------
    >>> with atomic_write("history.json") as out:  # doctest: +SKIP
    ...     out.write(b"{}")
    """
    target, temporary, out = _open_beside(path)
    try:
        with out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except OSError as error:
        if error.errno in _DISK or temporary.name in str(error.filename):
            raise _sentence(path, error) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Raises
    ------
    OSError
        As :func:`atomic_write`.
    """
    with atomic_write(path) as file:
        file.write(text.encode())


def write_json(path: str | os.PathLike[str], content: Mapping[str, Any]) -> None:
    """Write a dict as indented JSON, whole or not at all.

    Raises
    ------
    OSError
        As :func:`atomic_write`.
    """
    write_text(path, json.dumps(content, indent=2) + "\n")


def check_writable(path: str | os.PathLike[str]) -> None:
    """Refuse a place that :func:`atomic_write` would refuse, before the work that is to go there.

    Raises
    ------
    OSError
        As :func:`atomic_write`; nothing is left behind.
    """
    _, temporary, out = _open_beside(path)
    out.close()
    temporary.unlink()


def check_path(path: str | os.PathLike[str]) -> None:
    """Refuse a path that no file can have, which the system's calls refuse without naming it.

    Raises
    ------
    ValueError
        If it holds a null byte, or a character that file names cannot encode.
    """
    name = os.fspath(path)
    try:
        null = b"\0" in os.fsencode(name)
    except UnicodeEncodeError:
        raise ValueError(f"{name!r} holds characters that no file name can have.") from None
    if null:
        raise ValueError(f"{name!r} holds a null byte, which no file name can have.")


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes have left behind in a folder, if there is such a folder."""
    for unfinished in folder.glob(".*.part"):
        unfinished.unlink(missing_ok=True)


def _open_beside(path: str | os.PathLike[str]) -> tuple[Path, Path, BinaryIO]:
    """Open a new temporary file in the folder of a file: where it is to be, where it is, it."""
    check_path(path)
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        if target.exists() and not target.is_file():
            kind = "a folder" if target.is_dir() else "a device or a pipe"
            raise OSError(errno.EEXIST, f"it is {kind}, expected a file name")
        return target, temporary, open(temporary, "xb")
    except OSError as error:
        raise _sentence(path, error) from error


def _sentence(path: str | os.PathLike[str], error: OSError) -> OSError:
    return type(error)(f"{path} cannot be written: {error.strerror}.")


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself last through a power cut, where folders can be synced (POSIX)."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some network file systems cannot; the file is there
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
