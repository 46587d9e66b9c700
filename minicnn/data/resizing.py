"""The one resize rule: the largest centred rectangle of the wanted shape, by a triangle filter.

The filter is as wide as the reduction needs (antialiased bilinear). For 48x48 the rectangle is the
centred square. Pixels that have the wanted size already pass bit for bit.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from minicnn.geometry import cropped_to_ratio

__all__ = ["resize_grey"]


def resize_grey(pixels: np.ndarray, size: tuple[int, int], *, opencv: bool = False) -> np.ndarray:
    """Cut out the centre of the wanted shape and resize it.

    Along each axis, with s = (old length) / (new length) and the filter radius r = max(s, 1),

        y[i] = sum_j k(j) x[j] / sum_j k(j),   k(j) = max(0, 1 - |j + 1/2 - (i + 1/2) s| / r)

    first horizontally, then vertically; bytes are rounded after each.

    Parameters
    ----------
    pixels : ndarray of uint8 or float32, shape (h, w)
    size : (int, int)
        Wanted height and width.
    opencv : bool
        Enlarge with ``cv2.resize``: by the same formula, but bytes are rounded once.

    Returns
    -------
    ndarray, of shape `size` and the dtype of `pixels`
        A new array.

    Raises
    ------
    ValueError
        If `pixels` is not such an array, is empty, or `size` is not two positive integers.
    """
    if pixels.dtype not in (np.uint8, np.float32) or pixels.ndim != 2 or pixels.size == 0:
        raise ValueError(
            "resize_grey: pixels must be uint8 of shape (h, w), or float32, and not empty, "
            f"got {pixels.dtype} {pixels.shape}."
        )
    height, width = size
    if int(height) != height or int(width) != width or height < 1 or width < 1:
        raise ValueError(f"resize_grey: size must be two positive integers, got {size!r}.")
    h, w = pixels.shape
    if (h, w) == (height, width):
        return pixels.copy()
    crop_h, crop_w = cropped_to_ratio(h, w, height, width)  # one of the two sides stays whole
    top, left = (h - crop_h) // 2, (w - crop_w) // 2
    centre = np.ascontiguousarray(pixels[top : top + crop_h, left : left + crop_w])
    if opencv and crop_h < height and crop_w < width:
        import cv2  # slow to import

        return cv2.resize(centre, (width, height), interpolation=cv2.INTER_LINEAR)
    resized = Image.fromarray(centre).resize((width, height), Image.Resampling.BILINEAR)
    return np.array(resized)
