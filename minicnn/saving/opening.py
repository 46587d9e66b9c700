"""A model file on disk, opened without trusting what its name says."""

from __future__ import annotations

import contextlib
import io
import stat
from collections.abc import Iterator
from pathlib import Path

from minicnn.files import check_path

__all__ = ["HDF5_START", "ModelFileError", "megabytes", "open_model_file", "unpacked_limit"]

#: How every HDF5 file begins.
HDF5_START = b"\x89HDF\r\n\x1a\n"

# What a file unpacks to may be this much, or this many times its size on disk: real weights
# hardly compress at all.
_UNPACKED_FLOOR, _UNPACKED_RATIO = 64 << 20, 100


class ModelFileError(ValueError):
    """A model file is damaged, hostile, or of another kind; the message says which."""


def unpacked_limit(size: int) -> int:
    """Return how many bytes may come out of a file of `size` bytes, as members or as weights."""
    return max(_UNPACKED_FLOOR, _UNPACKED_RATIO * size)


@contextlib.contextmanager
def open_model_file(
    path: Path, expected: str = "a .keras file", file_class: type[io.FileIO] = io.FileIO
) -> Iterator[io.FileIO]:
    """Open a regular file for reading.

    Parameters
    ----------
    path : Path
    expected : str
        What the file should be, for messages.
    file_class : type
        FileIO, or a subclass that restricts reading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If it cannot be opened.
    ModelFileError
        If it is a folder, a device, a pipe, or empty.
    """
    check_path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ModelFileError(f"it is a folder, expected {expected}.")
        if not stat.S_ISREG(mode):
            raise ModelFileError(f"it is a device or a pipe, expected {expected}.")
        file = file_class(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist, expected {expected}.") from None
    except OSError as error:
        raise type(error)(f"{path} cannot be opened: {error.strerror}.") from error
    with file:
        if not path.stat().st_size:
            raise ModelFileError("it is empty.")
        yield file


def megabytes(size: int) -> str:
    """Write a size in bytes for people."""
    return f"{size:,} bytes" if size < 1 << 20 else f"{size / (1 << 20):,.1f} MiB"
