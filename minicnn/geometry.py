"""Affine maps of images: 3x3 matrices that move points, and the warp that moves pixels.

A point is a column (x, y, 1): x counts pixels to the right, y downwards, and pixel centres are at
whole numbers. A matrix says where the point goes; a product of matrices does the right one first.
The functions that make matrices take arrays and return one for each number, shape (..., 3, 3).

Derivation: docs/math/augmentation.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "about_centre",
    "cropped_to_ratio",
    "rotation",
    "scaling",
    "shear",
    "translation",
    "warp",
]


def translation(dx: Any, dy: Any) -> np.ndarray:
    r"""Move by `dx` pixels to the right and `dy` pixels down.

    .. math:: x' = x + d_x, \quad y' = y + d_y \tag{augmentation.1}
    """
    return _matrix(1, 0, dx, 0, 1, dy)


def rotation(degrees: Any) -> np.ndarray:
    r"""Turn about the origin; positive angles turn clockwise on the screen, where y points down.

    .. math:: x' = x \cos \alpha - y \sin \alpha, \quad
              y' = x \sin \alpha + y \cos \alpha \tag{augmentation.2}
    """
    angle = np.deg2rad(degrees)
    return _matrix(np.cos(angle), -np.sin(angle), 0, np.sin(angle), np.cos(angle), 0)


def shear(factor: Any) -> np.ndarray:
    r"""Slide every row sideways by `factor` times its distance from the x axis.

    .. math:: x' = x + s y, \quad y' = y \tag{augmentation.3}
    """
    return _matrix(1, factor, 0, 0, 1, 0)


def scaling(zx: Any, zy: Any) -> np.ndarray:
    r"""Stretch about the origin; `zx` = -1 and `zy` = 1 is the mirror image.

    .. math:: x' = z_x x, \quad y' = z_y y \tag{augmentation.4}
    """
    return _matrix(zx, 0, 0, 0, zy, 0)


def about_centre(matrix: np.ndarray, h: int, w: int) -> np.ndarray:
    r"""Do what `matrix` does about the origin about the middle of an h x w image instead.

    .. math:: M = C A C^{-1}, \quad C = \text{translation by }
              \left( \tfrac{w - 1}{2}, \tfrac{h - 1}{2} \right) \tag{augmentation.5}
    """
    x, y = (w - 1) / 2, (h - 1) / 2
    return translation(x, y) @ matrix @ translation(-x, -y)


def _matrix(*rows: Any) -> np.ndarray:
    """Matrices with the given first two rows; the third is (0, 0, 1)."""
    numbers = np.broadcast_arrays(*(np.asarray(number, np.float64) for number in rows), 0.0, 0.0, 1)
    return np.stack(numbers, axis=-1).reshape(*numbers[0].shape, 3, 3)


def cropped_to_ratio(h: int, w: int, height: int, width: int) -> tuple[int, int]:
    """Return the largest size within h x w that has the ratio of height x width, at least 1."""
    return max(min(h, w * height // width), 1), max(min(w, h * width // height), 1)


def warp(x: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    r"""Move the pixels of every image by its matrix.

    The new image takes at p the value that the old one has where p came from, between the four
    nearest pixels in proportion, and beyond the edge that of the nearest pixel of the edge:

    .. math:: y_i(p) = x_i(M_i^{-1} p) \tag{augmentation.6}

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (n, h, w, c), c up to 4
    matrices : ndarray, shape (n, 3, 3)
        Where each image's points go.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        New. OpenCV rounds M^-1 p to 1/32 of a pixel.
    """
    import cv2  # loaded by those who warp, not by those who import the package

    x = np.ascontiguousarray(x)
    y = np.empty_like(x)
    size = (x.shape[2], x.shape[1])
    for image, matrix, out in zip(x, matrices[:, :2], y, strict=True):
        cv2.warpAffine(
            image, matrix, size, dst=out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return y
