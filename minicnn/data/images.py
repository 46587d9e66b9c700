"""From any image to pixels, grey or RGB: the one decoder.

Training and prediction call the same functions, so a photo is prepared exactly as the images the
network learned from. The rules, in the order in which they are applied:

1. Formats: JPEG, PNG, GIF, BMP, TIFF, WebP, AVIF, PPM/PGM; HEIC with pillow-heif. Of an animation
   the first frame counts.
2. At most `MAX_PIXELS`, refused from the header. A truncated file is an error, never filled in.
3. The EXIF orientation is undone. An unreadable EXIF block turns nothing.
4. Sixteen-bit grey becomes eight-bit by rounding v / 257, so that 65535 becomes 255; of
   sixteen-bit colour Pillow reads the upper eight bits.
5. Transparency shows white paper behind the image.
6. Colour (palette and CMYK too, both by way of RGB; colour profiles are ignored) becomes grey by
   ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, rounded, unless RGB is wanted.
7. The one resize rule gives it the wanted size: :func:`~minicnn.data.resizing.resize_grey`.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from minicnn.data.reading import ImageSource, load_pixels, quiet, read_image
from minicnn.data.resizing import resize_grey
from minicnn.files import one_line_errors

__all__ = ["decode_image", "decode_pixels", "decode_rgb", "to_grey", "to_rgb"]

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
    return np.array(_plain(image, name).convert("L"))


def to_rgb(image: Image.Image, *, name: str = "the image") -> Image.Image:
    """Turn an image upright and make it plain RGB (rules 3 to 5 above), to draw on.

    Returns
    -------
    PIL image of mode RGB
        A new one, of the height and width that `to_grey` gives.

    Raises
    ------
    ValueError
        As `to_grey`.
    """
    upright = _plain(image, name).convert("RGB")  # a copy
    # Pixels only: with the EXIF block, whoever saves it would have it turned once more.
    upright.info.clear()
    return upright


def _plain(image: Image.Image, name: str) -> Image.Image:
    """Return an upright image of mode L, 1 or RGB."""
    with quiet():
        image = load_pixels(image, name)
        turn = _UPRIGHT.get(_orientation(image))
        if turn is not None:
            image = image.transpose(turn)
        if image.mode.startswith("I"):
            return Image.fromarray(_from_16_bit(image, name))
        if image.mode == "F":
            raise ValueError(
                f"{name} has floating-point pixels of no stated range, expected 8 or 16 bits."
            )
        try:
            if image.has_transparency_data:
                front = image.convert("RGBA")
                image = Image.new("RGBA", front.size, "white")
                image.alpha_composite(front)
            return image if image.mode in ("L", "1") else image.convert("RGB")
        except ValueError as error:
            raise ValueError(
                f"{name} has pixels of mode {image.mode}, which cannot be made grey ({error})."
            ) from error


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged metadata is no reason to reject intact pixels
        return None


def _from_16_bit(image: Image.Image, name: str) -> np.ndarray:
    wide = np.asarray(image)
    low, high = int(wide.min()), int(wide.max())
    if image.mode == "I" and image.format is None and high < 256:
        # Pillow's integers say nothing of their range; a file's format does.
        raise ValueError(
            f"{name} has whole numbers from {low} to {high} of no stated range, "
            "expected 8 bits: image.convert('L')."
        )
    if low < 0 or high > 65535:
        raise ValueError(
            f"{name} has pixels from {low} to {high}, expected 16 bits at most (0 to 65535)."
        )
    return ((wide.astype(np.int32) + 128) // 257).astype(np.uint8)


def decode_image(
    source: ImageSource | Image.Image | np.ndarray,
    size: tuple[int, int] = (48, 48),
    *,
    channels: int = 1,
    bgr: bool = False,
    opencv: bool = False,
    name: str | None = None,
) -> np.ndarray:
    """Turn any image into the pixels a network takes (before they are scaled).

    Parameters
    ----------
    source : path, bytes, binary file object, PIL image or ndarray
        An array has shape (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA and is uint8
        (0 to 255) or floating point (0 to 1).
    size : (int, int)
        Wanted height and width.
    channels : {1, 3}
        Grey or RGB.
    bgr : bool
        Whether an array has its colours in the order BGR or BGRA, as ``cv2.imread`` returns them.
    opencv : bool
        See `resize_grey`.
    name : str, optional
        What error messages call the image, where the source is not a path.

    Returns
    -------
    ndarray of uint8, shape (*size, channels)

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        As `read_image`, `to_grey` and `resize_grey`; ValueError also if `bgr` is true for anything
        but an array.
    """
    pixels = decode_pixels(source, channels=channels, bgr=bgr, name=name)
    planes = (resize_grey(pixels[..., i], size, opencv=opencv) for i in range(channels))
    return np.stack([*planes], axis=-1)


@one_line_errors()
def decode_pixels(
    source: ImageSource | Image.Image | np.ndarray,
    *,
    channels: int = 1,
    bgr: bool = False,
    name: str | None = None,
) -> np.ndarray:
    """Return the pixels of any image in its own size, uint8 of shape (h, w, channels).

    The parameters and the errors are those of `decode_image`.
    """
    image, name = _opened(source, name, bgr)
    if channels == 1:
        return to_grey(image, name=name)[..., np.newaxis]
    return np.asarray(to_rgb(image, name=name))


@one_line_errors()
def decode_rgb(
    source: ImageSource | Image.Image | np.ndarray, *, bgr: bool = False, name: str | None = None
) -> Image.Image:
    """Turn any image into a PIL image to look at: upright, RGB, whole.

    Parameters
    ----------
    source, bgr, name
        As for `decode_image`, which gives of the result the same grey pixels as of `source`.

    Returns
    -------
    PIL image of mode RGB

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        As `read_image` and `to_rgb`.
    """
    image, name = _opened(source, name, bgr)
    return to_rgb(image, name=name)


def _opened(
    source: ImageSource | Image.Image | np.ndarray, name: str | None, bgr: bool
) -> tuple[Image.Image, str]:
    """Return an image and what error messages call it."""
    if isinstance(source, np.ndarray):
        return _from_array(source, name or "the array", bgr), name or "the array"
    if bgr:
        raise ValueError(
            "bgr=True is for arrays, such as cv2.imread returns; other images know the order of "
            f"their colours, got {type(source).__name__}."
        )
    if isinstance(source, Image.Image):
        return source, name or "the image"
    if isinstance(source, (str, os.PathLike)):
        name = name or str(source)
    return read_image(source, name=name), name or "the image"


def _from_array(pixels: np.ndarray, name: str, bgr: bool) -> Image.Image:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.size == 0 or not (
        pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    ):
        raise ValueError(
            f"{name} has shape {pixels.shape}, expected one image of shape (h, w), (h, w, 1), "
            "(h, w, 3) or (h, w, 4)."
        )
    if bgr and pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]
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
