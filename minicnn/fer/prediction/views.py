"""Test-time augmentation: average the probabilities over several views of an image."""

from __future__ import annotations

import numpy as np

from minicnn.geometry import scaling, translation, warp

__all__ = ["TTA", "views"]

#: Names of the ways to average.
TTA = ("flip", "ten-crop")

# Side of a crop relative to the image. The loss at the edges and the enlargement are about as
# large as the shift and the zoom of the default augmentation.
_CROP = 0.9


def views(x: np.ndarray, tta: str | None) -> list[np.ndarray]:
    """Return the views of some images.

    Parameters
    ----------
    x : ndarray of float32, shape (n, h, w, 1)
    tta : {None, "flip", "ten-crop"}
        The images themselves; they and their mirror images; or five crops (the four corners and
        the middle) of 90 % of the height and the width, stretched to full size, and the mirror
        images of these (Krizhevsky et al. 2012, section 4.1).

    Returns
    -------
    list of ndarray, each the shape and dtype of `x`
        One, two or ten.

    Raises
    ------
    ValueError
        If `tta` is anything else.
    """
    if tta is None:
        return [x]
    if tta not in TTA:
        raise ValueError(f"tta must be one of {', '.join(TTA)}, got {tta!r}.")
    crops = [x] if tta == "flip" else _five_crops(x)
    return [view for crop in crops for view in (crop, np.ascontiguousarray(crop[:, :, ::-1]))]


def _five_crops(x: np.ndarray) -> list[np.ndarray]:
    n, h, w, _ = x.shape
    crops = []
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5)):
        top, left = down * (1 - _CROP) * h, right * (1 - _CROP) * w
        # From the corner of the crop (the outer edge of its pixels) to that of the image.
        matrix = (
            translation(-0.5, -0.5)
            @ scaling(1 / _CROP, 1 / _CROP)
            @ translation(0.5 - left, 0.5 - top)
        )
        crops.append(warp(x, np.broadcast_to(matrix, (n, 3, 3))))
    return crops
