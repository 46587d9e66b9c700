"""What ``ImageDataGenerator`` does to one image (h, w, c), with the numbers of Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import ImageEnhance

from minicnn.compat.image_files import array_to_img, img_to_array
from minicnn.geometry import about_centre, rotation, scaling, translation

__all__ = ["brighten", "shift", "warp"]


def warp(
    x: np.ndarray, parameters: Mapping[str, Any], *, order: int, mode: str, cval: float
) -> np.ndarray:
    """Turn, move, slant and zoom an image.

    The new image takes at p = (x, y, 1) the value that the old one has at M p. The matrix M turns
    by "theta", moves by "tx" and "ty", slants by "shear" and scales by "zx" and "zy", about the
    middle of the image; what is not among the parameters changes nothing.
    """
    theta, tx, ty, degrees = (parameters.get(name, 0) for name in ("theta", "tx", "ty", "shear"))
    zx, zy = parameters.get("zx", 1), parameters.get("zy", 1)
    if (theta, tx, ty, degrees, zx, zy) == (0, 0, 0, 0, 1, 1):
        return x
    angle = np.deg2rad(degrees)
    slant = np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]])
    matrix = rotation(theta) @ translation(tx, ty) @ slant @ scaling(zx, zy)
    matrix = about_centre(matrix, *x.shape[:2])[[1, 0]][:, [1, 0, 2]]  # SciPy: rows come first
    from scipy.ndimage import affine_transform  # loaded by those who warp

    changed = [
        affine_transform(channel, matrix[:, :2], matrix[:, 2], order=order, mode=mode, cval=cval)
        for channel in np.moveaxis(x, 2, 0)
    ]
    return np.stack(changed, axis=2)


def brighten(x: np.ndarray, factor: float) -> np.ndarray:
    """Scale the brightness of an image in 0..255; it is rounded to whole numbers on the way."""
    low, high = x.min(), x.max()
    outside = low < 0 or high > 255
    y = img_to_array(ImageEnhance.Brightness(array_to_img(x, scale=outside)).enhance(factor))
    return y / 255 * (high - low) + low if outside else y


def shift(random: np.random.RandomState, limit: Any, size: int) -> float:
    """Draw a distance in pixels, along a side of `size` pixels.

    A float is the largest distance, an integer n stands for 0, ..., n - 1, and a sequence lists
    the distances to choose from. All below 1, they are shares of the side.
    """
    if np.ndim(limit) == 0 and not limit:
        return 0
    if np.ndim(limit) or isinstance(limit, (int, np.integer)):
        distance = random.choice(limit) * random.choice([-1, 1])
    else:
        distance = random.uniform(-limit, limit)
    return distance * size if np.max(limit) < 1 else distance
