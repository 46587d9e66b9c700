"""A tar archive, compressed or not, as the folders and files that it holds.

Entries are read where they lie: nothing is extracted, and links and devices are not seen. A
compressed archive can only be read from its beginning on, so its entries are best read in the order
of their places.
"""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from minicnn.data.trees import ArchiveTree

__all__ = ["TarTree", "is_tar"]

# A larger entry is refused before the archive is unpacked past it.
_MAX_ENTRY_BYTES = 4 * 1024**3
# All entries together: so many bytes, or so many times those of the archive. Images compress less.
_MAX_BYTES = 256 * 1024**2
_MAX_RATIO = 20
# A long name or a table of attributes, which tarfile reads whole.
_MAX_HEADER_BYTES = 64 * 1024

_DAMAGED = (
    *(tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError),
    # What tarfile lets pass for headers that make no sense.
    *(ValueError, IndexError, RecursionError, MemoryError),
)


class _TarInfo(tarfile.TarInfo):
    """A header that is refused before more is read than a name or attributes need."""

    # The methods that tarfile calls for long names and for extended headers.
    def _proc_gnulong(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        self._check_size()
        return super()._proc_gnulong(archive)  # type: ignore[misc]

    def _proc_pax(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        self._check_size()
        return super()._proc_pax(archive)  # type: ignore[misc]

    def _check_size(self) -> None:
        if self.size > _MAX_HEADER_BYTES:
            raise tarfile.ReadError(
                f"a header has {self.size:,} bytes, expected at most {_MAX_HEADER_BYTES:,}"
            )


def is_tar(path: Path) -> bool:
    """Whether a file is a tar archive, whatever it is called."""
    try:
        with tarfile.open(path, tarinfo=_TarInfo) as archive:
            # A file of zeros counts as an empty archive.
            return archive.next() is not None
    except _DAMAGED:
        return False


class TarTree(ArchiveTree):
    """A tar archive, read in place.

    Raises
    ------
    ValueError
        If `path` is not a complete tar archive, or its entries are too large.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._left = max(_MAX_BYTES, _MAX_RATIO * path.stat().st_size)
        limit = self._left
        with ExitStack() as opened:  # closes it if its list cannot be read
            for info in self._list(path, opened):
                self._note(info, limit)
            opened.pop_all()

    def _list(self, path: Path, opened: ExitStack) -> Iterator[tarfile.TarInfo]:
        try:
            self._archive = opened.enter_context(tarfile.open(path, tarinfo=_TarInfo))  # noqa: SIM115 - the stack closes it
            yield from self._archive
        except _DAMAGED as error:
            raise ValueError(
                f"{path} is not a complete tar archive ({error}); download it again."
            ) from error

    def _note(self, info: tarfile.TarInfo, limit: int) -> None:
        if info.size > _MAX_ENTRY_BYTES:
            raise ValueError(
                f"{self.title}: {info.name} has {info.size:,} bytes unpacked, expected at most "
                f"{_MAX_ENTRY_BYTES:,}."
            )
        self._left -= info.size
        if self._left < 0:
            raise ValueError(
                f"{self.title}: its entries have more than {limit:,} bytes unpacked, too many for "
                "the size of the archive."
            )
        if info.isreg() or info.isdir():
            self._add(info.name, info, folder=info.isdir())

    def size(self, name: str) -> int:
        """Return how many bytes the file `name` has, unpacked."""
        return self._infos[name].size

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open the file `name` for reading."""
        file = self._archive.extractfile(self._infos[name])
        try:
            with file:
                yield file
        except (tarfile.TarError, lzma.LZMAError) as error:
            raise OSError(str(error)) from error

    def place(self, name: str) -> int:
        """Return where the file begins."""
        return self._infos[name].offset_data
