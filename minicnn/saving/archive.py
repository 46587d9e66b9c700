"""The outer shell of a ``.keras`` file: a zip of three members, read without trusting its sizes.

Nothing is extracted to disk. A member is read into memory only after its declared size has been
held against a limit, and never further than that size.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from minicnn.saving.json_objects import MOST_JSON, json_object
from minicnn.saving.opening import ModelFileError, megabytes, open_model_file, unpacked_limit

__all__ = [
    "CONFIG",
    "METADATA",
    "WEIGHTS",
    "Archive",
    "open_archive",
    "write_archive",
]

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"

# A central directory of this size lists some 500 members; a model has three.
_DIRECTORY_LIMIT = 1 << 16


def write_archive(out: BinaryIO, members: Mapping[str, bytes]) -> None:
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
        self.unpacked_limit = unpacked_limit(size)
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

    def read_json(self, name: str) -> dict[str, Any]:
        """Return a member that is a JSON object of finite numbers."""
        return json_object(f"its member {name}", self.read(name, MOST_JSON))


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
    with open_model_file(path, file_class=_File) as file:
        assert isinstance(file, _File)
        if file.read(2) != b"PK":
            raise ModelFileError("it is not a .keras file: a zip archive begins with 'PK'.")
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
