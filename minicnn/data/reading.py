"""From a file to an image, or to a sentence that says why not.

Whatever is wrong with a file comes out as ValueError or OSError that names it: Pillow's parsers,
given a hostile header, raise almost anything.
"""

from __future__ import annotations

import io
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeAlias

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from minicnn.data.file_kinds import describe_kind
from minicnn.data.heif import open_heif
from minicnn.data.jpeg_end import lacks_blocks, with_end
from minicnn.data.png_chunks import without_metadata
from minicnn.files import check_path, one_line_errors

__all__ = ["MAX_PIXELS", "ImageSource", "load_pixels", "quiet", "read_image"]

#: Larger images are refused before they are decoded. Phones take photos of 108 million pixels.
MAX_PIXELS = 120_000_000

# EPS is left out on purpose: Pillow would start Ghostscript for it.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "PPM")

ImageSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]

_warning_filters = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Pillow's warnings inside: damage is an error here, and so are too many pixels."""
    # The filters belong to the whole process: two threads that set and restore them at the same
    # time would leave the wrong ones behind.
    with _warning_filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@one_line_errors()
def read_image(source: ImageSource, *, name: str | None = None) -> Image.Image:
    """Read and decode an image (its first frame), as stored: neither turned nor made grey.

    Parameters
    ----------
    source : path, bytes or binary file object
    name : str, optional
        What error messages call the image, where the source is not a path.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not an image, is damaged or truncated, or has more than `MAX_PIXELS` pixels.
    TypeError
        If `source` is none of the three.
    """
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        name = name or str(path)
        with _open_file(path, name) as data, quiet():
            return load_pixels(_open(data, name), name)
    if isinstance(source, (bytes, bytearray, memoryview)):
        name = name or "the image"
        with quiet():
            return load_pixels(_open(io.BytesIO(source), name), name)
    if hasattr(source, "read"):
        content = source.read()
        if isinstance(content, bytes):
            return read_image(content, name=name or str(getattr(source, "name", "the image")))
    raise TypeError(
        "An image is a path, bytes, a file opened in binary mode, a PIL image or an array, "
        f"got {type(source).__name__}."
    )


def _open_file(path: Path, name: str) -> IO[bytes]:
    check_path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ValueError(f"{name} is a folder, expected an image file.")
        if not stat.S_ISREG(mode):  # merely to open a pipe would wait for its other end
            raise ValueError(f"{name} is a device or a pipe, expected an image file.")
        return _File(path.open("rb", buffering=0))
    except FileNotFoundError:
        raise FileNotFoundError(f"{name} does not exist, expected an image file.") from None
    except OSError as error:
        raise type(error)(f"{name} cannot be opened: {error.strerror}.") from error


class _File(io.BufferedReader):
    """A file that reserves no memory for bytes that it does not have.

    Pillow asks for as many as a header says, and Python reserves them before it reads.
    """

    def __init__(self, raw: io.FileIO) -> None:
        super().__init__(raw)
        self._size = os.fstat(raw.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > io.DEFAULT_BUFFER_SIZE:
            size = min(size, max(0, self._size - self.tell()))
        return super().read(size)


def _open(data: IO[bytes], name: str) -> Image.Image:
    try:
        try:
            return Image.open(data, formats=_FORMATS)
        except Exception:
            image = _plain_png(data) or open_heif(data)
            if image is None:
                raise
            return image
    except Image.DecompressionBombError:
        raise ValueError(f"{name} has too many pixels, expected at most {MAX_PIXELS:,}.") from None
    except UnidentifiedImageError:
        if data.seek(0, io.SEEK_END) == 0:
            raise ValueError(f"{name} is empty, expected an image.") from None
        kind = describe_kind(data)
        raise ValueError(
            f"{name} is not an image that can be read, expected one of {', '.join(_FORMATS)}"
            f"{f'; {kind}' if kind else ''}."
        ) from None
    except Exception as error:  # a hostile header makes Pillow's parsers raise almost anything
        raise ValueError(f"{name} is a damaged image ({error}).") from error


@one_line_errors()
def load_pixels(image: Image.Image, name: str) -> Image.Image:
    """Decode the pixels, if that has not happened yet (inside `quiet`, as `_open`).

    Returns
    -------
    PIL image
        The same, or another one if it could only be decoded from a mended copy of its file.
    """
    w, h = image.size
    if w * h > MAX_PIXELS:
        raise ValueError(
            f"{name} has too many pixels ({w:,} x {h:,}), expected at most {MAX_PIXELS:,}."
        )
    try:
        encoded = _encoded_jpeg(image)
        try:
            image.load()
        except Exception:
            mended = _mended(image, encoded)
            if mended is None:
                raise
            return mended
        truncated = encoded is not None and lacks_blocks(encoded, image)
    except Exception as error:  # as above
        raise ValueError(f"{name} is a damaged or truncated image ({error}).") from error
    if truncated:
        raise ValueError(f"{name} is a truncated image (a JPEG that ends before its last pixels).")
    return image


def _encoded_jpeg(image: Image.Image) -> bytes | None:
    """Return the file of an image that is a JPEG and not decoded yet (it still has tiles)."""
    if not isinstance(image, JpegImageFile) or not image.tile or image.tell() or image.fp is None:
        return None
    image.fp.seek(0)
    return image.fp.read()


def _mended(image: Image.Image, encoded: bytes | None) -> Image.Image | None:
    """Decode an image that has all its pixels although Pillow refuses it; None if it has not."""
    if encoded is not None:
        whole = with_end(encoded)
        if whole is None or whole is encoded:
            return None
        image = Image.open(io.BytesIO(whole), formats=("JPEG",))
        image.load()
        return None if lacks_blocks(encoded, image) else image
    if isinstance(image, PngImageFile) and image.tell() == 0 and image.fp is not None:
        plain = _plain_png(image.fp)
        if plain is not None:
            plain.load()
        return plain
    return None


def _plain_png(file: IO[bytes]) -> Image.Image | None:
    """Open a PNG without its texts and colour profile, which Pillow may refuse."""
    plain = without_metadata(file)
    return None if plain is None else Image.open(io.BytesIO(plain), formats=("PNG",))
