"""Corruptions of images, in steps: noise, blur, contrast, brightness, JPEG, occlusion, rotation.

Images are float32 or float64 from 0 to 1, shape (n, h, w, 1) or (n, h, w, 3). What happens to an
image is a pure function of the seed and its place in the data set, and what is drawn for it (where
the square stands, which way it turns) is the same at every severity: only the severity changes.

Source: Hendrycks and Dietterich 2019, "Benchmarking neural network robustness to common
corruptions and perturbations" (the idea of five severities; the levels here are for faces of
48 x 48 pixels). The three noise levels are those that the documented training is measured with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from minicnn.data.photometry import add_noise, cover, rectangles, relight
from minicnn.geometry import about_centre, rotation, warp
from minicnn.random import Key, as_key, bits, normals

__all__ = ["CORRUPTIONS", "Corruption", "corrupt"]

# Each corruption that draws has a stream of its own.
_NOISE, _OCCLUSION, _ROTATION = range(3)

# Grey of the square that hides a part: no darker or brighter than a face.
_SQUARE = 0.5


class Corruption(NamedTuple):
    """One way to corrupt images.

    Attributes
    ----------
    unit : str
        What the levels are.
    levels : tuple of float
        Severities, the mildest first.
    apply : callable
        (images, level, complete key) to images.
    """

    unit: str
    levels: tuple[float, ...]
    apply: Callable[[np.ndarray, float, Key], np.ndarray]


def _noise(x: np.ndarray, stddev: float, key: Key) -> np.ndarray:
    """clip(x + N(0, stddev), 0, 1), not rounded to 8 bits again."""
    z = normals(key._replace(stream=_NOISE), "corrupt", math.prod(x.shape[1:]), x.dtype)
    return add_noise(x, np.full(len(x), stddev), z)


def _blur(x: np.ndarray, sigma: float, key: Key) -> np.ndarray:
    import cv2

    # Out to four standard deviations, where the bell is 0.03 % of its height.
    size = 2 * math.ceil(4 * sigma) + 1
    blurred = [
        cv2.GaussianBlur(image, (size, size), sigma, borderType=cv2.BORDER_REPLICATE) for image in x
    ]
    return np.stack(blurred).reshape(x.shape)


def _contrast(x: np.ndarray, factor: float, key: Key) -> np.ndarray:
    return relight(x, np.full(len(x), factor), np.zeros(len(x)))


def _brightness(x: np.ndarray, added: float, key: Key) -> np.ndarray:
    return relight(x, np.ones(len(x)), np.full(len(x), added))


def _jpeg(x: np.ndarray, quality: float, key: Key) -> np.ndarray:
    import cv2

    y = np.empty_like(x)
    options = [cv2.IMWRITE_JPEG_QUALITY, int(quality)]
    for pixels, out in zip(np.rint(255 * x).astype(np.uint8), y, strict=True):
        bgr = np.ascontiguousarray(pixels[..., ::-1])
        _, encoded = cv2.imencode(".jpg", bgr, options)
        decoded = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED))
        out[...] = decoded.reshape(bgr.shape)[..., ::-1] / x.dtype.type(255)
    return y


def _occlusion(x: np.ndarray, area: float, key: Key) -> np.ndarray:
    down, right = _uniform(key, _OCCLUSION, 2)
    each = np.ones(len(x))
    boxes = rectangles(area * each, each, down, right, *x.shape[1:3])
    return cover(x, boxes, np.full_like(x, _SQUARE))


def _rotation(x: np.ndarray, degrees: float, key: Key) -> np.ndarray:
    (way,) = np.where(_uniform(key, _ROTATION, 1) < 0.5, -1, 1)
    return warp(x, about_centre(rotation(degrees * way), *x.shape[1:3]))


def _uniform(key: Key, stream: int, size: int) -> np.ndarray:
    """Numbers from 0 to below 1, a row for each use and a column for each image."""
    return bits(key._replace(stream=stream), "corrupt", size).T * 2.0**-32


#: All corruptions by name.
CORRUPTIONS = {
    "noise": Corruption("standard deviation, white is 1", (0.05, 0.1, 0.2), _noise),
    "blur": Corruption("standard deviation in pixels", (0.5, 1, 1.5, 2, 3), _blur),
    "contrast": Corruption("share that is left", (0.75, 0.5, 0.35, 0.2, 0.1), _contrast),
    "brightness": Corruption("added, white is 1", (0.1, 0.2, 0.3, 0.4, 0.5), _brightness),
    "jpeg": Corruption("quality", (50, 30, 20, 10, 5), _jpeg),
    "occlusion": Corruption("share of the area hidden", (0.05, 0.1, 0.2, 0.3, 0.4), _occlusion),
    "rotation": Corruption("degrees, to either side", (10, 20, 30, 45, 60), _rotation),
}


def corrupt(x: np.ndarray, name: str, level: float, key: Key | int | None = None) -> np.ndarray:
    """Corrupt every image.

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (n, h, w, 1) or (n, h, w, 3)
        Values from 0 to 1.
    name : str
        One of :data:`CORRUPTIONS`.
    level : float
        In the unit of that corruption.
    key : Key or int, optional
        (seed, 0, places of the images in the data set); an integer is a seed, None draws one.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        A new array, values from 0 to 1.

    Raises
    ------
    ValueError
        If `x` is not such an array, the name is unknown, or the key does not fit.
    """
    if name not in CORRUPTIONS:
        raise ValueError(f"corrupt: expected one of {', '.join(CORRUPTIONS)}, got {name!r}.")
    if x.ndim != 4 or x.dtype not in (np.float32, np.float64) or x.shape[3] not in (1, 3):
        raise ValueError(
            "corrupt: expected float32 or float64 images of shape (n, h, w, 1 or 3), "
            f"got {x.dtype} {x.shape}."
        )
    return CORRUPTIONS[name].apply(x, level, as_key(key, len(x)))
