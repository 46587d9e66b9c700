"""The rule by which images get the size that a network takes."""

from __future__ import annotations

import numpy as np

from minicnn.data.resizing import resize_grey

__all__ = ["FER2013_SIZE", "enlarges_with_opencv", "resize_images"]

#: Height and width of FER2013's images.
FER2013_SIZE = 48


def enlarges_with_opencv(size: tuple[int, int]) -> bool:
    """Whether images are enlarged to a size with OpenCV.

    A model for larger images than FER2013's has learned from enlarged ones. Nearly all of them
    enlarge with OpenCV, and a grey value more or less can change a label.
    """
    return min(size) > FER2013_SIZE


def resize_images(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return images in another size, by the rule of `resize_grey`.

    Parameters
    ----------
    images : ndarray of uint8 or float32, shape (n, h, w, c)
    size : (int, int)
        Wanted height and width.

    Returns
    -------
    ndarray of the same dtype, shape (n, *size, c)
        `images` itself if they have that size.
    """
    if images.shape[1:3] == size:
        return images
    opencv = enlarges_with_opencv(size)
    resized = np.empty((len(images), *size, images.shape[-1]), images.dtype)
    for image, out in zip(images, resized, strict=True):
        for channel in range(images.shape[-1]):
            out[..., channel] = resize_grey(image[..., channel], size, opencv=opencv)
    return resized
