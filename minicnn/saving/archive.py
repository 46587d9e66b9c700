"""The outer shell of a ``.keras`` file: a zip of three members, read without trusting its sizes.

Nothing is extracted to disk. A member is read into memory only after its declared size has been
held against a limit, and never further than that size.
"""

from __future__ import annotations

import contextlib
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from minicnn.files import check_path

__all__ = [
    "CONFIG",
    "METADATA",
    "WEIGHTS",
    "Archive",
    "ModelFileError",
    "megabytes",
    "open_archive",
    "write_archive",
]

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"

# A central directory of this size lists some 500 members; a model has three.
_DIRECTORY_LIMIT = 1 << 16
# What a file unpacks to may be this much, or this many times its size on disk: real weights
# hardly compress at all.
_UNPACKED_FLOOR, _UNPACKED_RATIO = 64 << 20, 100


class ModelFileError(ValueError):
    """A model file is damaged, hostile, or of another kind; the message says which."""


def write_archive(out: BinaryIO, members: Mapping[str, bytes | memoryview]) -> None:
    """Write a zip whose members are stored as they are, in the given order, as Keras does."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)  # without a clock: equal models give equal members
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)


class _File(io.FileIO):
    """A file that refuses large reads for as long as zipfile looks for the directory."""

    opening = True

    def read(self, size: int | None = -1, /) -> bytes:
        if self.opening and size is not None and size > _DIRECTORY_LIMIT:
            raise ModelFileError("its zip directory is larger than that of any model.")
        return super().read(size)


class Archive:
    """An open zip; see :func:`open_archive`.

    Attributes
    ----------
    names : set of str
        Its members.
    unpacked_limit : int
        How many bytes may come out of a file of this size, as members or as weights.
    """

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self.unpacked_limit = max(_UNPACKED_FLOOR, _UNPACKED_RATIO * size)
        listed = archive.namelist()
        self.names = set(listed)
        for name in listed:
            if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
                raise ModelFileError(f"its member {name[:80]!r} points outside the archive.")
        if len(listed) != len(self.names):
            raise ModelFileError("it has two members of the same name.")

    def read(self, name: str, limit: int) -> bytes:
        """Return a member's bytes.

        Raises
        ------
        ModelFileError
            If there is no such member, or it is damaged, or larger than `limit`.
        """
        if name not in self.names:
            raise ModelFileError(f"it has no member {name}, which every Keras 3 model has.")
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise ModelFileError(f"its member {name} is encrypted.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ModelFileError(f"its member {name} is neither stored nor deflated.")
        if info.file_size > limit:
            raise ModelFileError(
                f"its member {name} unpacks to {megabytes(info.file_size)}, "
                f"more than the {megabytes(limit)} allowed here."
            )
        try:
            with self._archive.open(info) as member:
                # Asking for a number bounds what zlib may unpack at once; asking for the rest
                # would not. The second call makes zipfile compare the checksum.
                content = member.read(info.file_size) + member.read(1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise ModelFileError(f"its member {name} is damaged ({error}).") from error
        if len(content) != info.file_size:
            raise ModelFileError(f"its member {name} is cut short.")
        return content

    def read_json(self, name: str, limit: int) -> dict[str, Any]:
        """Return a member that is a JSON object of finite numbers."""
        try:
            # The hooks see the numbers that JSON does not have, and those beyond float64.
            value = json.loads(
                self.read(name, limit), parse_constant=_refuse_number, parse_float=_finite
            )
        except ModelFileError:
            raise
        except (ValueError, RecursionError) as error:
            raise ModelFileError(f"its member {name} is not JSON ({error}).") from error
        if not isinstance(value, dict):
            raise ModelFileError(f"its member {name} must be a JSON object.")
        return value


def _finite(text: str) -> float:
    value = float(text)
    return value if abs(value) != float("inf") else _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is not a finite number")


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a ``.keras`` file for reading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If it cannot be opened.
    ModelFileError
        If it is not a zip archive; the message, a sentence without the path, says what it is.
    """
    check_path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ModelFileError("it is a folder, expected a .keras file.")
        if not stat.S_ISREG(mode):
            raise ModelFileError("it is a device or a pipe, expected a .keras file.")
        file = _File(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist, expected a .keras file.") from None
    except OSError as error:
        raise type(error)(f"{path} cannot be opened: {error.strerror}.") from error
    with file:
        _check_kind(file.read(8))
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise ModelFileError(
                "it is cut short or damaged: the zip directory at its end is missing "
                f"or wrong ({error})."
            ) from error
        file.opening = False
        with archive:
            yield Archive(archive, path.stat().st_size)


def _check_kind(start: bytes) -> None:
    if start == b"\x89HDF\r\n\x1a\n":
        raise ModelFileError(
            "it is an HDF5 file (Keras's older .h5 format or weights alone), expected a .keras "
            'archive; load the model with Keras and save it as "model.keras".'
        )
    if not start:
        raise ModelFileError("it is empty.")
    if not start.startswith(b"PK"):
        raise ModelFileError("it is not a .keras file: a zip archive begins with 'PK'.")


def megabytes(size: int) -> str:
    """Write a size in bytes for people."""
    return f"{size:,} bytes" if size < 1 << 20 else f"{size / (1 << 20):,.1f} MiB"
