"""Is a JPEG whole? An end marker in the middle of its pixels hides that the others are missing.

libjpeg fills missing blocks in, and Pillow does not pass its warning on. But a decoder that has all
blocks does not look at what follows them: if other bytes there change the pixels, blocks were
missing, in a progressive JPEG, too (ITU-T T.81, annexes B and G).

The other way round, a JPEG without an end marker may have all its pixels.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator

from PIL import Image

__all__ = ["lacks_blocks", "with_another_end", "with_end"]

_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_END = b"\xff\xd9"
# Frames of 8x8 blocks: baseline, extended, progressive, and the last two with arithmetic coding.
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
# In a scan, FF 00 is a byte FF, and FF D0 to FF D7 are restarts; any other code ends it.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_NOISE = bytes((157 * i * i + 89 * i + 181) % 251 for i in range(512))
# Where a restart is due, everything up to its marker is skipped: noise behind each of the eight.
_OTHER_END = _NOISE + b"".join(b"\xff" + bytes([0xD0 + i]) + _NOISE for i in range(8))
# Rows compared at once: a photo may have 80 million pixels.
_ROWS = 256


def with_another_end(encoded: bytes) -> bytes | None:
    """Put noise between the last scan and the end marker; None if there is no end marker."""
    with contextlib.suppress(IndexError):  # of a segment that is cut
        *_, (code, start, _) = _segments(encoded)
        if code == _END_OF_IMAGE:
            return encoded[:start] + _OTHER_END + _END
    return None


def with_end(encoded: bytes) -> bytes | None:
    """Return a JPEG with an end marker, added if it has none; None if it is cut before a scan.

    Whether its last scan is whole, :func:`lacks_blocks` says.
    """
    # How many of its low bits each coefficient of each component still lacks (annex G.1.1.1).
    lacking: dict[tuple[int, int], int] = {}
    try:
        for code, _, content in _segments(encoded):
            if code == _END_OF_IMAGE:
                return encoded
            if code in _FRAMES:
                components = content[6 : 6 + 3 * content[5] : 3]
                lacking = {(c, k): 16 for c in components for k in range(64)}
            elif code == _START_OF_SCAN:
                count = content[0]
                first, last, bits = content[1 + 2 * count : 4 + 2 * count]
                for component in content[1 : 1 + 2 * count : 2]:
                    lacking |= {(component, k): bits & 15 for k in range(first, last + 1)}
    except (IndexError, ValueError):  # of a header that is cut or damaged
        return None
    return None if not lacking or any(lacking.values()) else encoded + _END


def lacks_blocks(encoded: bytes, image: Image.Image) -> bool:
    """Say whether `image`, decoded from the JPEG `encoded`, has blocks that are not in it.

    `encoded` may lack the end marker, but then not end with zeros that no block needs: broken
    downloads are filled up with them.
    """
    whole = with_end(encoded)
    if whole is None:
        return True
    padded = whole is not encoded and encoded.endswith(b"\0")
    return _wants_more(whole, image) or (
        padded and not _wants_more(encoded.removesuffix(b"\0") + _END, image)
    )


def _wants_more(encoded: bytes, image: Image.Image) -> bool:
    """Say whether the decoder reads on beyond the last scan, or a segment after it is cut."""
    changed = with_another_end(encoded)
    if changed is None:
        return True
    with Image.open(io.BytesIO(changed), formats=("JPEG",)) as twin:
        if (twin.mode, twin.size) != (image.mode, image.size):  # `draft` chose coarser pixels
            return False
        w, h = image.size
        strips = ((0, top, w, min(top + _ROWS, h)) for top in range(0, h, _ROWS))
        return any(twin.crop(s).tobytes() != image.crop(s).tobytes() for s in strips)


def _segments(encoded: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the code, the place and the content of each marker, up to the end marker.

    Raises
    ------
    IndexError
        If a segment is cut.
    """
    place = 2
    while marker := _MARKER.search(encoded, place):
        code, place = marker[1][0], marker.end()
        if code == _END_OF_IMAGE:
            yield code, marker.start(), b""
            return
        length = int.from_bytes(encoded[place : place + 2], "big")  # of the content, and this
        if place + length > len(encoded):
            raise IndexError
        yield code, marker.start(), encoded[place + 2 : place + length]
        place += length
