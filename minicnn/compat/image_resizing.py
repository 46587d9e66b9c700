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
        if h * width > w * height:
            inside = scaled(pixels, height, max(1, w * height // h))
        else:
            inside = scaled(pixels, max(1, h * width // w), width)
        down, right = height - inside.shape[0], width - inside.shape[1]
        sides = (down // 2, down - down // 2), (right // 2, right - right // 2), (0, 0)
        return np.pad(inside, sides)

    return resize


def _nearest(count: int, size: int) -> np.ndarray:
    """Return the pixels in which the centres of `count` pixels lie, along a side of `size`."""
    return (2 * np.arange(count) + 1) * size // (2 * count)
