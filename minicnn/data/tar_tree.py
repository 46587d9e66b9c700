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

_DAMAGED = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError)


def is_tar(path: Path) -> bool:
    """Whether a file is a tar archive, whatever it is called."""
    try:
        with tarfile.open(path) as archive:
            # A file of zeros counts as an empty archive.
            return archive.next() is not None
    except _DAMAGED:
        return False


class TarTree(ArchiveTree):
    """A tar archive, read in place.

    Raises
    ------
    ValueError
        If `path` is not a complete tar archive, or an entry is too large.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with ExitStack() as opened:  # closes it if its list cannot be read
            try:
                self._archive = opened.enter_context(tarfile.open(path))
                for info in self._archive:
                    self._note(info)
            except _DAMAGED as error:
                raise ValueError(
                    f"{path} is not a complete tar archive ({error}); download it again."
                ) from error
            opened.pop_all()

    def _note(self, info: tarfile.TarInfo) -> None:
        if info.size > _MAX_ENTRY_BYTES:
            raise ValueError(
                f"{self.title}: {info.name} has {info.size:,} bytes unpacked, expected at most "
                f"{_MAX_ENTRY_BYTES:,}."
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
