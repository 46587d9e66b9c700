"""Twins: images that are equal pixel by pixel.

A data set collected from the web holds the same picture several times, now and then under
different labels. A twin on both sides of a split makes the one side known to the other.
"""

from __future__ import annotations

import numpy as np

__all__ = ["has_twin", "twin_groups"]


def twin_groups(images: np.ndarray) -> np.ndarray:
    """Number the different images: twins have the same number.

    Parameters
    ----------
    images : ndarray, shape (n, ...)

    Returns
    -------
    ndarray of int64, shape (n,)
        Counted from 0 in the order in which an image is first seen.

    Examples
    --------
    >>> twin_groups(np.array([[7], [5], [7], [6]]))
    array([0, 1, 0, 2])
    """
    numbers: dict[bytes, int] = {}
    groups = [numbers.setdefault(image.tobytes(), len(numbers)) for image in images]
    return np.array(groups, np.int64)


def has_twin(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Say of each image whether it is among `others`.

    Parameters
    ----------
    images, others : ndarray of one dtype, shape (n, ...) and (m, ...)

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        If the two have different dtypes or sizes of images.
    """
    if images.dtype != others.dtype or images.shape[1:] != others.shape[1:]:
        raise ValueError(
            "has_twin: expected images of one dtype and size, "
            f"got {images.dtype} {images.shape[1:]} and {others.dtype} {others.shape[1:]}."
        )
    known = {image.tobytes() for image in others}
    return np.array([image.tobytes() in known for image in images], bool)
