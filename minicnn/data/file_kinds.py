"""What a file is that is not what it was taken for: an archive, a web page, a stand-in.

Told by how its content begins, because such files often bear the name of what they should be.
"""

from __future__ import annotations

import re
from typing import IO

__all__ = ["describe_kind"]

# So many bytes tell every kind.
_HEAD = 1024

_UNPACK = "unpack it and name what is in it"
_AGAIN = "download it again"
_CONVERT = "convert it to JPEG or PNG"
# How a file begins, from which byte on, what it is, and what to do.
_KINDS = (
    (rb"\x1f\x8b", 0, "a gzip archive", _UNPACK),
    (rb"ustar", 257, "a tar archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", 0, "a RAR archive", _UNPACK),
    (rb"BZh[1-9]", 0, "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ\x00", 0, "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", 0, "a zstd archive", _UNPACK),
    (rb"PK\x03\x04", 0, "a zip archive", f"unpack it, or {_AGAIN} if that fails"),
    (rb"version https://git-lfs\.", 0, "a Git LFS pointer", "get the file with git lfs pull"),
    (rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<svg", 0, "an SVG drawing", _CONVERT),
    (
        rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)",
        0,
        "a web page",
        f"{_AGAIN}, after logging in if that is what the page asks for",
    ),
    (
        rb'\s*\{\s*"(username|key)"\s*:\s*"[^"]*"\s*,\s*"(username|key)"',
        0,
        "a Kaggle API token",
        "use it to download the data",
    ),
    (rb"PAR1", 0, "a Parquet file", "convert it to csv"),
    (rb"%PDF-", 0, "a PDF document", _CONVERT),
    (
        rb"ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)",
        4,
        "a HEIC photo",
        f"{_CONVERT}, or install pillow-heif, which reads those that are not damaged",
    ),
    (rb"ftypavi[fs]", 4, "an AVIF image", _CONVERT),
)


def describe_kind(file: IO[bytes]) -> str | None:
    """Say what a file is and what to do about it; None if it may be what it is taken for.

    Parameters
    ----------
    file : binary file
        It is left at its beginning.

    Examples
    --------
    >>> import io
    >>> describe_kind(io.BytesIO(b"BZh9"))
    'it is a bzip2 archive: unpack it and name what is in it'
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        return f"it is empty: {_AGAIN}"
    if not head.strip(b"\0"):
        return f"it begins with nothing but zeros: {_AGAIN}"
    for pattern, place, what, advice in _KINDS:
        if re.compile(pattern, re.DOTALL | re.IGNORECASE).match(head, place):
            return f"it is {what}: {advice}"
    return None
