"""Is a JPEG whole? An end marker in the middle of its pixels hides that the others are missing.

libjpeg fills missing blocks in, and Pillow does not pass its warning on. But a decoder that has all
blocks does not look at what follows them: if other bytes there change the pixels, blocks were
missing, in a progressive JPEG, too (ITU-T T.81, annexes B and G).
"""

from __future__ import annotations

import io
import re

from PIL import Image

__all__ = ["lacks_blocks", "with_another_end"]

_END_OF_IMAGE = 0xD9
# In a scan, FF 00 is a byte FF, and FF D0 to FF D7 are restarts; any other code ends it.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_NOISE = bytes((157 * i * i + 89 * i + 181) % 251 for i in range(512))
# Where a restart is due, everything up to its marker is skipped: noise behind each of the eight.
_OTHER_END = _NOISE + b"".join(b"\xff" + bytes([0xD0 + i]) + _NOISE for i in range(8))
# Rows compared at once: a photo may have 80 million pixels.
_ROWS = 256


def with_another_end(encoded: bytes) -> bytes | None:
    """Put noise between the last scan and the end marker; None if there is no end marker."""
    place = 2
    while marker := _MARKER.search(encoded, place):
        place = marker.end()
        if marker[1][0] == _END_OF_IMAGE:
            return encoded[: marker.start()] + _OTHER_END + b"\xff\xd9"
        place += int.from_bytes(encoded[place : place + 2], "big")  # of the segment, and this
    return None


def lacks_blocks(encoded: bytes, image: Image.Image) -> bool:
    """Say whether `image`, decoded from the JPEG `encoded`, has blocks that are not in it."""
    changed = with_another_end(encoded)
    if changed is None:
        return False
    with Image.open(io.BytesIO(changed), formats=("JPEG",)) as twin:
        if (twin.mode, twin.size) != (image.mode, image.size):  # `draft` chose coarser pixels
            return False
        w, h = image.size
        strips = ((0, top, w, min(top + _ROWS, h)) for top in range(0, h, _ROWS))
        return any(twin.crop(s).tobytes() != image.crop(s).tobytes() for s in strips)
