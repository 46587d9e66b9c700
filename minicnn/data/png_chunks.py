"""A PNG without the chunks that have nothing to do with its pixels.

Pillow refuses an image whose texts or colour profile unpack to more than a megabyte, or are
damaged. Neither is a reason to refuse its pixels.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 5.3 and 11.
"""

from __future__ import annotations

import io
from typing import IO

__all__ = ["without_metadata"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Transparency, orientation, and animations, which are read up to their first frame. Of the other
# chunks, those that matter have an upper-case first letter.
_KEPT = (b"tRNS", b"eXIf", b"acTL", b"fcTL", b"fdAT")


def without_metadata(file: IO[bytes]) -> bytes | None:
    """Return a PNG without texts, colour profile and the like; None if it is not a PNG."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if file.read(8) != _SIGNATURE:
        return None
    kept = [_SIGNATURE]
    while len(head := file.read(8)) == 8:
        kind, length = head[4:], int.from_bytes(head[:4], "big")
        if kind[:1].isupper() or kind in _KEPT:
            # With its checksum. A file reserves what is asked for: no more than it has.
            kept += [head, file.read(min(length + 4, size - file.tell()))]
        else:
            file.seek(length + 4, 1)
    return b"".join(kept)
