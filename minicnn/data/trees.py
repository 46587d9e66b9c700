"""One view of a folder on the disk and of a zip archive: folders to list, entries to open.

An archive is never extracted, so its entry names cannot reach the disk. What operating systems and
network drives leave behind is not seen at all: hidden names (a leading dot), ``__MACOSX``,
``Thumbs.db``, ``desktop.ini``, ``@eaDir``, recycle bins.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from minicnn.data.file_kinds import describe_kind

__all__ = ["ArchiveTree", "FolderTree", "Tree", "ZipTree", "join", "open_entry", "walk"]

_LITTER = (
    *("__macosx", "icon\r"),  # macOS
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information"),
    *("@eadir", "#recycle", "#snapshot", "@recycle", "lost+found"),  # Synology, QNAP, Linux
)


# Deeper folders in an archive are refused: each costs memory, and walking them recurses.
_MAX_DEPTH = 64


class Tree(Protocol):
    """Folders and files below one place; names are separated by ``/``, and ``""`` is the top."""

    title: str

    def children(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files directly in `folder`, each sorted."""

    def size(self, name: str) -> int:
        """Return how many bytes the file `name` has."""

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open the file `name` for reading."""

    def litter(self) -> int:
        """Return how many files are there and not seen."""

    def place(self, name: str) -> int:
        """Return a number by which files are best read in order."""

    def real(self, folder: str) -> str:
        """Return a name that is the same for every link to the folder."""


def join(folder: str, name: str) -> str:
    """Return the name, from the top of the tree, of `name` in `folder`."""
    return f"{folder}/{name}" if folder else name


def walk(tree: Tree, folder: str = "", above: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the name of every file at any depth: those of a folder, then those of its folders.

    A link to a folder that it lies in is not followed.
    """
    real = tree.real(folder)
    if real in above:
        return
    folders, files = tree.children(folder)
    for name in files:
        yield join(folder, name)
    for name in folders:
        yield from walk(tree, join(folder, name), (*above, real))


@contextmanager
def open_entry(tree: Tree, name: str, limit: int) -> Iterator[tuple[IO[bytes], int]]:
    """Open a file of at most `limit` bytes; yields it and its size.

    Raises
    ------
    ValueError
        If it is larger (a few kilobytes of a zip can unpack to gigabytes) or cannot be read.
    """
    try:
        size = tree.size(name)
        if size > limit:
            raise ValueError(
                f"{tree.title}: {name} has {size:,} bytes unpacked, expected at most {limit:,}."
            )
        with tree.open(name) as file:
            yield file, size
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{tree.title}: {name} cannot be read ({error}).") from error


def _is_litter(name: str) -> bool:
    """Whether a file or folder of this name is one of those that are not seen."""
    return name.startswith(".") or name.casefold() in _LITTER


class FolderTree:
    """A folder on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.title = str(path)

    def children(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files directly in `folder`, each sorted."""
        folders: list[str] = []
        files: list[str] = []
        with os.scandir(self.path / folder) as entries:
            for entry in entries:
                if not _is_litter(entry.name):
                    (folders if entry.is_dir() else files).append(entry.name)
        return sorted(folders), sorted(files)

    def size(self, name: str) -> int:
        """Return how many bytes the file `name` has."""
        return (self.path / name).stat().st_size

    def open(self, name: str) -> IO[bytes]:
        """Open the file `name` for reading."""
        return (self.path / name).open("rb")

    def litter(self) -> int:
        """Return how many files are there and not seen."""
        count = 0
        for folder, _, files in os.walk(self.path):
            parts = Path(folder).relative_to(self.path).parts
            hidden = any(map(_is_litter, parts))
            count += sum(hidden or _is_litter(file) for file in files)
        return count

    def place(self, name: str) -> int:
        """Return 0: any order is as good."""
        return 0

    def real(self, folder: str) -> str:
        """Return the path without links."""
        return os.path.realpath(self.path / folder)


class ArchiveTree:
    """The folders and files of an archive; a subclass opens them, and a ``with`` block closes it.

    Parameters
    ----------
    path : Path
        The archive.
    """

    _archive: Any

    def __init__(self, path: Path) -> None:
        self.title = str(path)
        self._litter = 0
        self._infos: dict[str, Any] = {}
        self._folders: dict[str, tuple[set[str], set[str]]] = {"": (set(), set())}

    def _add(self, path: str, info: Any, *, folder: bool) -> None:
        """Note an entry by its path in the archive."""
        parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
        if any(_is_litter(part) for part in parts):
            self._litter += not folder
            return
        if len(parts) > _MAX_DEPTH + 1:
            raise ValueError(
                f"{self.title}: {path:.60} lies in {len(parts) - 1:,} folders, "
                f"expected at most {_MAX_DEPTH}."
            )
        parent = ""
        for part in parts if folder else parts[:-1]:
            self._folders[parent][0].add(part)
            parent = join(parent, part)
            self._folders.setdefault(parent, (set(), set()))
        if parts and not folder:
            self._folders[parent][1].add(parts[-1])
            self._infos[join(parent, parts[-1])] = info

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def children(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files directly in `folder`, each sorted."""
        folders, files = self._folders[folder]
        return sorted(folders), sorted(files)

    def litter(self) -> int:
        """Return how many files are there and not seen."""
        return self._litter

    def place(self, name: str) -> int:
        """Return 0: any order is as good."""
        return 0

    def real(self, folder: str) -> str:
        """Return the folder itself: archives are read without links."""
        return folder


class ZipTree(ArchiveTree):
    """A zip archive, read in place.

    Raises
    ------
    ValueError
        If `path` is not a complete zip archive, or an entry lies in too many folders.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            with path.open("rb") as file:
                advice = describe_kind(file) or "download it again"
            raise ValueError(
                f"{path} is not a complete zip archive ({error}); {advice}."
            ) from error
        for info in self._archive.infolist():
            self._add(info.filename, info, folder=info.filename.endswith("/"))

    def size(self, name: str) -> int:
        """Return how many bytes the file `name` has, unpacked."""
        return self._infos[name].file_size

    def open(self, name: str) -> IO[bytes]:
        """Open the file `name` for reading.

        Raises
        ------
        ValueError
            If it is encrypted, or compressed by another method than deflate.
        """
        info = self._infos[name]
        if info.flag_bits & 1:
            raise ValueError(
                f"{self.title}: {name} is encrypted, expected a zip archive without a password."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(
                f"{self.title}: {name} is compressed by zip method {info.compress_type}, "
                "expected deflate or none."
            )
        return self._archive.open(info)
