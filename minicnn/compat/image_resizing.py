"""How ``image_dataset_from_directory`` brings images to their size: without antialiasing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minicnn.compat.image_files import centred_box, choice

__all__ = ["resizer"]


def resizer(
    where: str, size: tuple[int, ...], interpolation: str, crop: bool, pad: bool
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that brings an image (h, w, c) to the wanted size."""
    import cv2  # loaded by those who read images

    filters = {
        "bilinear": cv2.INTER_LINEAR,
        "nearest": None,
        "area": cv2.INTER_AREA,
    }
    kind = choice(f"{where}: interpolation", interpolation.lower(), filters)
    height, width = size

    def scaled(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
        if kind is None:
            return pixels[_nearest(height, pixels.shape[0])][:, _nearest(width, pixels.shape[1])]
        return cv2.resize(pixels, (width, height), interpolation=kind).reshape(
            height, width, pixels.shape[2]
        )

    def resize(pixels: np.ndarray) -> np.ndarray:
        h, w = pixels.shape[:2]
        if crop:
            left, top, right, bottom = centred_box((w, h), (width, height))
            pixels = np.ascontiguousarray(pixels[top:bottom, left:right])
        if not pad:
            return scaled(pixels, height, width)
        # In float32, as TensorFlow: its rounding says how large the image is, and where.
        given, wanted = np.array([[h, w], [height, width]], np.float32)
        exact = given / np.max(given / wanted)
        rows, columns = np.maximum(exact, 1).astype(int)
        top, left = ((wanted - exact) / 2).astype(int)
        padded = np.zeros((height, width, pixels.shape[2]), pixels.dtype)
        padded[top : top + rows, left : left + columns] = scaled(pixels, rows, columns)
        return padded

    return resize


def _nearest(count: int, size: int) -> np.ndarray:
    """Return the pixels in which the centres of `count` pixels lie, along a side of `size`."""
    return (2 * np.arange(count) + 1) * size // (2 * count)
