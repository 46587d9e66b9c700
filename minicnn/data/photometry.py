"""What can happen to the pixels of an image where they stand: light, something in front, noise.

Images are floats from 0 (black) to 1 (white), shape (n, h, w, c), and stay in that range; each
function returns a new array. Numbers with one value per image have shape (n,).

Derivation: docs/math/augmentation.md.
"""

from __future__ import annotations

import numpy as np

__all__ = ["add_noise", "cover", "rectangles", "relight"]


def relight(x: np.ndarray, contrast: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    r"""Stretch the distances from the image's mean grey m, and add light.

    .. math:: y = \operatorname{clip}(m + k (x - m) + b), \quad
              m = \frac{1}{h w c} \sum x \tag{augmentation.7}

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    contrast, brightness : ndarray, shape (n,)
        k and b; 1 and 0 change nothing.
    """
    m = x.mean(axis=(1, 2, 3), keepdims=True)
    return np.clip(m + _each(contrast, x) * (x - m) + _each(brightness, x), 0, 1)


def rectangles(
    area: np.ndarray, aspect: np.ndarray, down: np.ndarray, right: np.ndarray, h: int, w: int
) -> np.ndarray:
    r"""Place a rectangle in every image of h x w pixels.

    .. math:: h_r = \sqrt{a h w \, r}, \quad w_r = \sqrt{a h w / r} \tag{augmentation.8}

    rounded, and cut to the image's own height and width.

    Parameters
    ----------
    area, aspect : ndarray, shape (n,)
        a, the share of the image's area, and r, height by width.
    down, right : ndarray, shape (n,)
        Where it lies: from 0, at the top and at the left edge, to below 1, at the other.

    Returns
    -------
    ndarray of int, shape (n, 4)
        top, left, bottom and right; the last two are the first pixels outside.
    """
    height = np.clip(np.rint(np.sqrt(area * h * w * aspect)), 1, h)
    width = np.clip(np.rint(np.sqrt(area * h * w / aspect)), 1, w)
    top = np.floor(down * (h - height + 1))
    left = np.floor(right * (w - width + 1))
    return np.stack([top, left, top + height, left + width], axis=-1).astype(int)


def cover(x: np.ndarray, boxes: np.ndarray, paint: np.ndarray) -> np.ndarray:
    """Put a rectangle of `paint`, of the shape of `x`, in front of every image.

    `boxes` has a row (top, left, bottom, right) for each, from :func:`rectangles`.
    """
    y = x.copy()
    for image, new, (top, left, bottom, right) in zip(y, paint, boxes, strict=True):
        image[top:bottom, left:right] = new[top:bottom, left:right]
    return y


def add_noise(x: np.ndarray, stddev: np.ndarray, z: np.ndarray) -> np.ndarray:
    r"""Add noise, and cut off what is darker than black or brighter than white.

    .. math:: y = \operatorname{clip}(x + \sigma z), \quad z \sim N(0, 1) \tag{augmentation.9}

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    stddev : ndarray, shape (n,)
        sigma, white being 1.
    z : ndarray, as many numbers as `x`
        Standard normal numbers.
    """
    return np.clip(x + _each(stddev, x) * z.reshape(x.shape), 0, 1)


def _each(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One value per image, in the dtype of `x` and ready to be combined with it."""
    return np.asarray(values, x.dtype).reshape(-1, 1, 1, 1)
