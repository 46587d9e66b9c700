"""From any image to grey pixels: the one decoder and the one resize rule.

Training and prediction call the same functions, so a photo is prepared exactly as the images the
network learned from. The rules, in the order in which they are applied:

1. Formats: JPEG, PNG, GIF, BMP, TIFF, WebP, PPM/PGM. Of an animation the first frame counts.
2. At most `MAX_PIXELS`, refused from the header. A truncated file is an error, never filled in.
3. The EXIF orientation is undone. An unreadable EXIF block turns nothing.
4. Sixteen-bit grey becomes eight-bit by rounding v / 257, so that 65535 becomes 255.
5. Transparency shows white paper behind the image.
6. Colour (palette and CMYK too, both by way of RGB; colour profiles are ignored) becomes grey by
   ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, rounded.
7. The largest centred rectangle of the wanted shape (for 48x48: the centred square) is cut out and
   resized with a triangle filter as wide as the reduction needs (antialiased bilinear).
   Pixels that have the wanted size already pass bit for bit.
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

__all__ = ["MAX_PIXELS", "ImageSource", "decode_image", "read_image", "resize_grey", "to_grey"]

#: Larger images are refused before they are decoded. It stays below the 89 million pixels at which
#: Pillow starts to warn.
MAX_PIXELS = 80_000_000

# EPS is left out on purpose: Pillow would start Ghostscript for it.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM")

ImageSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]

# EXIF tag 274 says how the stored image must be turned to stand upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_warning_filters = threading.Lock()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings inside; its warning about a decompression bomb becomes an error."""
    # The filters belong to the whole process: two threads that set and restore them at the same
    # time would leave the wrong ones behind.
    with _warning_filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


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
        try:
            data = path.open("rb")
        except FileNotFoundError:
            raise FileNotFoundError(f"{name} does not exist, expected an image file.") from None
        except OSError as error:
            if path.is_dir():
                raise ValueError(f"{name} is a folder, expected an image file.") from None
            raise type(error)(f"{name} cannot be opened: {error.strerror}.") from error
        with data, _quiet():
            return _load(_open(data, name), name)
    if isinstance(source, (bytes, bytearray, memoryview)):
        name = name or "the image"
        with _quiet():
            return _load(_open(io.BytesIO(source), name), name)
    if hasattr(source, "read"):
        content = source.read()
        if isinstance(content, bytes):
            return read_image(content, name=name or str(getattr(source, "name", "the image")))
    raise TypeError(
        "An image is read from a path, bytes or a file opened in binary mode, "
        f"got {type(source).__name__}."
    )


def _open(data: IO[bytes], name: str) -> Image.Image:
    try:
        return Image.open(data, formats=_FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError(f"{name} has too many pixels, expected at most {MAX_PIXELS:,}.") from None
    except UnidentifiedImageError:
        raise ValueError(
            f"{name} is not an image that can be read, expected one of {', '.join(_FORMATS)}."
        ) from None
    except Exception as error:  # a hostile header makes Pillow's parsers raise almost anything
        raise ValueError(f"{name} is a damaged image ({error}).") from error


def _load(image: Image.Image, name: str) -> Image.Image:
    """Decode the pixels, if that has not happened yet (inside `_quiet`, as `_open`)."""
    w, h = image.size
    if w * h > MAX_PIXELS:
        raise ValueError(
            f"{name} has too many pixels ({w:,} x {h:,}), expected at most {MAX_PIXELS:,}."
        )
    try:
        image.load()
    except Exception as error:  # as above
        raise ValueError(f"{name} is a damaged or truncated image ({error}).") from error
    return image


def to_grey(image: Image.Image, *, name: str = "the image") -> np.ndarray:
    """Turn an image upright and make it grey (rules 3 to 6 above).

    Returns
    -------
    ndarray of uint8, shape (h, w)

    Raises
    ------
    ValueError
        If the image cannot be decoded, or its pixels have no stated range (floating point, or
        integers beyond sixteen bits).
    """
    with _quiet():
        image = _load(image, name)
        turn = _UPRIGHT.get(_orientation(image))
        if turn is not None:
            image = image.transpose(turn)
        if image.mode.startswith("I"):
            return _from_16_bit(np.asarray(image), name)
        if image.mode == "F":
            raise ValueError(
                f"{name} has floating-point pixels of no stated range, expected 8 or 16 bits."
            )
        try:
            if image.has_transparency_data:
                front = image.convert("RGBA")
                image = Image.new("RGBA", front.size, "white")
                image.alpha_composite(front)
            if image.mode not in ("L", "1"):
                image = image.convert("RGB")
            return np.array(image.convert("L"))
        except ValueError as error:
            raise ValueError(
                f"{name} has pixels of mode {image.mode}, which cannot be made grey ({error})."
            ) from error


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged metadata is no reason to refuse whole pixels
        return None


def _from_16_bit(wide: np.ndarray, name: str) -> np.ndarray:
    low, high = int(wide.min()), int(wide.max())
    if low < 0 or high > 65535:
        raise ValueError(
            f"{name} has pixels from {low} to {high}, expected 16 bits at most (0 to 65535)."
        )
    return ((wide.astype(np.int32) + 128) // 257).astype(np.uint8)


def resize_grey(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Cut out the centre and resize it (rule 7 above).

    Along each axis, with s = (old length) / (new length) and the filter radius r = max(s, 1),

        y[i] = sum_j k(j) x[j] / sum_j k(j),   k(j) = max(0, 1 - |j + 1/2 - (i + 1/2) s| / r)

    first horizontally, then vertically, rounded to whole grey values after each.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (h, w)
    size : (int, int)
        Wanted height and width.

    Returns
    -------
    ndarray of uint8, of shape `size`
        A new array.

    Raises
    ------
    ValueError
        If `pixels` is not such an array, is empty, or `size` is not two positive integers.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.size == 0:
        raise ValueError(
            "resize_grey: pixels must be uint8 of shape (h, w) and not empty, "
            f"got {pixels.dtype} {pixels.shape}."
        )
    height, width = size
    if int(height) != height or int(width) != width or height < 1 or width < 1:
        raise ValueError(f"resize_grey: size must be two positive integers, got {size!r}.")
    h, w = pixels.shape
    if (h, w) == (height, width):
        return pixels.copy()
    # The largest rectangle with height : width inside h x w; one of the two sides is whole.
    crop_h = max(1, min(h, w * height // width))
    crop_w = max(1, min(w, h * width // height))
    top, left = (h - crop_h) // 2, (w - crop_w) // 2
    centre = np.ascontiguousarray(pixels[top : top + crop_h, left : left + crop_w])
    resized = Image.fromarray(centre).resize((width, height), Image.Resampling.BILINEAR)
    return np.array(resized)


def decode_image(
    source: ImageSource | Image.Image | np.ndarray,
    size: tuple[int, int] = (48, 48),
    *,
    name: str | None = None,
) -> np.ndarray:
    """Turn any image into the grey pixels a network takes (before division by 255).

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or ndarray
        An array has shape (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA and is uint8
        (0 to 255) or floating point (0 to 1).
    size : (int, int)
        Wanted height and width.
    name : str, optional
        What error messages call the image, where the source is not a path.

    Returns
    -------
    ndarray of uint8, shape (h, w, 1)

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        As `read_image`, `to_grey` and `resize_grey`.
    """
    if isinstance(source, np.ndarray):
        image = _from_array(source, name or "the array")
    elif isinstance(source, Image.Image):
        image = source
    else:
        image = read_image(source, name=name)
        if isinstance(source, (str, os.PathLike)):
            name = name or str(source)
    return resize_grey(to_grey(image, name=name or "the image"), size)[..., np.newaxis]


def _from_array(pixels: np.ndarray, name: str) -> Image.Image:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.size == 0 or not (
        pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    ):
        raise ValueError(
            f"{name} has shape {pixels.shape}, expected one image of shape (h, w), (h, w, 1), "
            "(h, w, 3) or (h, w, 4)."
        )
    if np.issubdtype(pixels.dtype, np.floating):
        if not (pixels.min() >= 0 and pixels.max() <= 1):  # so written that NaN is refused
            raise ValueError(
                f"{name} has values from {pixels.min():g} to {pixels.max():g}, "
                "expected floats from 0 to 1 (or uint8 from 0 to 255)."
            )
        pixels = np.rint(pixels * 255).astype(np.uint8)
    elif pixels.dtype != np.uint8:
        raise ValueError(f"{name} is {pixels.dtype}, expected uint8 (0 to 255) or floats (0 to 1).")
    return Image.fromarray(np.ascontiguousarray(pixels))
