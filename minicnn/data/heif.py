"""HEIC, the photos of iPhones: read if the package pillow-heif is installed.

It is an extra (``pip install pillow-heif``), since it brings a codec whose patents are
licensed separately.
"""

from __future__ import annotations

from typing import IO

from PIL import Image

__all__ = ["open_heif"]

# What follows the length of the first box. Some AVIF images have the last two as well; they are
# opened before.
_BRANDS = tuple(
    b"ftyp" + brand
    for brand in (b"heic", b"heim", b"heis", b"heix", b"hevc", b"hevm", b"hevs", b"mif1", b"msf1")
)


def open_heif(file: IO[bytes]) -> Image.Image | None:
    """Open a HEIC photo; its pixels are decoded later, and are upright then.

    Parameters
    ----------
    file : binary file

    Returns
    -------
    PIL image or None
        None if the file is something else or damaged, or pillow-heif is not installed.
    """
    file.seek(4)
    if not file.read(8).startswith(_BRANDS):
        return None
    try:
        import pillow_heif
    except ImportError:
        return None
    pillow_heif.register_heif_opener()
    file.seek(0)
    try:
        return Image.open(file, formats=("HEIF",))
    except Image.DecompressionBombError:  # too large, and not damaged
        raise
    except Exception:  # a hostile header makes parsers raise almost anything
        return None
