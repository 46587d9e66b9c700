"""Single images between files, Pillow and arrays: ``load_img``, ``img_to_array`` and back."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from PIL import Image

from minicnn.data.reading import ImageSource, read_image
from minicnn.geometry import cropped_to_ratio

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img"]

#: Keras's colour modes, and Pillow's.
_COLOR_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}

#: Keras's names of Pillow's resampling filters.
_INTERPOLATIONS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "hamming": Image.Resampling.HAMMING,
    "box": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
}


def load_img(
    path: ImageSource,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    grayscale: bool = False,
) -> Image.Image:
    """Read an image as stored, without turning it upright, like Keras's ``load_img``.

    Parameters
    ----------
    path : path, bytes or binary file object
    color_mode : {"rgb", "grayscale", "rgba"}
    target_size : (height, width), optional
        The size to resize to.
    interpolation : str
        One of Pillow's filters: "nearest", "bilinear", "bicubic", "hamming", "box", "lanczos".
    keep_aspect_ratio : bool
        Whether to cut the largest centred rectangle of that shape out first.
    grayscale : bool
        Keras 2's word for ``color_mode="grayscale"``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no image or damaged, or an argument is not one of the values listed.
    """
    if grayscale:
        color_mode = "grayscale"
    mode = choice("load_img: color_mode", color_mode, _COLOR_MODES)
    image = read_image(path)
    grey = mode == "L" and image.mode in ("L", "I;16", "I")  # deep grey keeps its depth
    if not grey and image.mode != mode:
        image = image.convert(mode)
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    resample = choice("load_img: interpolation", interpolation, _INTERPOLATIONS)
    size = (int(target_size[1]), int(target_size[0]))
    box = centred_box(image.size, size) if keep_aspect_ratio else None
    return image.resize(size, resample, box=box)


def centred_box(given: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the largest centred rectangle of the wanted shape: left, top, right, bottom.

    Both sizes are (width, height).
    """
    height, width = cropped_to_ratio(*given[::-1], *wanted[::-1])
    left, top = (given[0] - width) // 2, (given[1] - height) // 2
    return left, top, left + width, top + height


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """Return an image's pixels, like Keras's ``img_to_array``.

    Parameters
    ----------
    img : PIL image
    data_format : {"channels_last"}, optional
    dtype : dtype, optional
        float32 if not given.

    Returns
    -------
    ndarray, shape (h, w, c)

    Raises
    ------
    ValueError
        If it has another number of axes than two or three, or `data_format` is another one.
    """
    require_channels_last("img_to_array", data_format)
    x = np.array(img, dtype=np.dtype(dtype or np.float32))
    if x.ndim == 2:
        return x[:, :, np.newaxis]
    if x.ndim != 3:
        raise ValueError(f"img_to_array: expected an image, got an array of shape {x.shape}.")
    return x


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Image.Image:
    """Return a Pillow image of an array (h, w, c), like Keras's ``array_to_img``.

    Parameters
    ----------
    x : array_like, shape (h, w, c), c being 1, 3 or 4
    data_format : {"channels_last"}, optional
    scale : bool
        Whether to stretch the values to 0..255; otherwise they must lie there already.
    dtype : dtype, optional
        Of the computation; float32 if not given.

    Raises
    ------
    ValueError
        If the shape is another one.
    """
    require_channels_last("array_to_img", data_format)
    x = np.array(x, dtype=np.dtype(dtype or np.float32))
    if x.ndim != 3 or x.shape[2] not in (1, 3, 4):
        raise ValueError(
            f"array_to_img: expected an array (h, w, c) with 1, 3 or 4 channels, got {x.shape}."
        )
    if scale:
        x -= x.min()
        x /= x.max() or 1  # divided before it is multiplied: Keras's rounding
        x *= 255
    if x.shape[2] == 1:
        deep = x.max() > 255
        return Image.fromarray(x[:, :, 0].astype("int32" if deep else "uint8"))
    return Image.fromarray(x.astype("uint8"))


def save_img(
    path: str | os.PathLike[str],
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **options: Any,
) -> None:
    """Write an array (h, w, c) as an image file, like Keras's ``save_img``.

    The format is that of the path's ending unless `file_format` names one; `options` go to
    Pillow. See :func:`array_to_img` for the other parameters.
    """
    image = array_to_img(x, data_format, scale)
    if image.mode == "RGBA" and str(file_format or path).lower().endswith(("jpg", "jpeg")):
        image = image.convert("RGB")  # JPEG knows no transparency
    image.save(path, format=file_format, **options)


def channels(what: str, color_mode: str) -> int:
    """Return the number of channels of a colour mode."""
    return len(choice(what, color_mode, _COLOR_MODES))


def choice(what: str, value: Any, table: dict[Any, Any]) -> Any:
    """Look a name up; raise a ValueError that lists the valid ones."""
    if value not in table:
        raise ValueError(f"{what} must be one of {', '.join(map(str, table))}; got {value!r}.")
    return table[value]


def require_channels_last(where: str, data_format: str | None) -> None:
    """Raise a ValueError for channels_first."""
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f"{where}: data_format={data_format!r} is not supported; images are (h, w, c)."
        )
