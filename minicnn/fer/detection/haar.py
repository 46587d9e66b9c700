"""Haar cascades: the classical detector of faces that look into the camera, which OpenCV 4 brings.

A window slides over the photo at many sizes; a cascade of ever longer sums of rectangle
differences rejects it as soon as one says no (Viola and Jones 2001). FER2013's images are
boxes that OpenCV's face detection drew around faces (Goodfellow et al. 2013).

References
----------
P. Viola, M. Jones, "Rapid object detection using a boosted cascade of simple features", CVPR 2001.
I. J. Goodfellow et al., "Challenges in representation learning: a report on three machine
learning contests", ICONIP 2013.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from minicnn.data.images import to_grey
from minicnn.fer.detection.face import Box, DetectedFace
from minicnn.fer.detection.opencv import resized, searching

__all__ = ["Haar"]

_CASCADE = "haarcascade_frontalface_alt.xml"

# Larger photos are searched at this length of their longer side: the time of a search grows with
# the pixels, and a face of `_SMALLEST` pixels in it has still enough of them.
_SEARCHED = 1280
_SMALLEST = 30
# How much the window grows from one pass to the next, and how many overlapping windows must agree.
_GROWTH, _AGREEING = 1.1, 5


class Haar:
    """Find faces with a cascade of OpenCV.

    Parameters
    ----------
    cascade : Path, optional
        Its XML file; by default OpenCV's for frontal faces.
    threshold : float, optional
        How many overlapping windows must look like a face.
    min_size : int, optional
        The least width of a face in pixels of the photo. By default 30 pixels of the photo as it is
        searched: with at most 1,280 pixels for its longer side.

    Raises
    ------
    OSError
        If OpenCV has no cascades (version 5), or has not this one.
    ValueError
        If the file is no cascade, or an argument is out of range.
    """

    def __init__(
        self,
        cascade: Path | None = None,
        *,
        threshold: float | None = None,
        min_size: int | None = None,
    ) -> None:
        self.threshold = _AGREEING if threshold is None else threshold
        if not (self.threshold >= 1 and float(self.threshold).is_integer()):
            raise ValueError(
                f"threshold must be a whole number from 1 on for a cascade, got {threshold}."
            )
        self.min_size = min_size
        self._detector = _loaded(cascade or _own_cascade())

    def __call__(self, picture: Image.Image) -> list[DetectedFace]:
        """Find the faces in an RGB picture, from left to right.

        Boxes are square except for rounding. The score is 1: a cascade has none.
        """
        grey = to_grey(picture)
        h, w = grey.shape
        searched, least = float(_SEARCHED), _SMALLEST
        if self.min_size is not None:
            searched = max(searched, max(h, w) * _SMALLEST / self.min_size)
            least = max(1, round(self.min_size * min(1.0, searched / max(h, w))))
        small = resized(grey, min(searched, max(h, w)))
        height, width = small.shape
        with searching():
            found = self._detector.detectMultiScale(
                small, _GROWTH, int(self.threshold), minSize=(least, least)
            )
        boxes = np.asarray(found, np.int64).reshape(-1, 4).tolist()
        return sorted(
            DetectedFace(Box(x * w // width, y * h // height, bw * w // width, bh * h // height))
            for x, y, bw, bh in boxes
        )


def _own_cascade() -> Path:
    """Return OpenCV's own file."""
    import cv2
    import cv2.data

    cascade = Path(cv2.data.haarcascades) / _CASCADE
    if not hasattr(cv2, "CascadeClassifier") or not cascade.is_file():
        raise OSError(
            f"OpenCV {cv2.__version__} has no {cascade.name}, expected YuNet, which `minicnn get "
            "yunet` fetches, or opencv-python-headless from 4.13 on and below 5."
        )
    return cascade


@cache
def _loaded(cascade: Path) -> Any:
    import cv2

    with searching(), suppress(cv2.error, SystemError, AttributeError):  # OpenCV 5 has no class
        detector = cv2.CascadeClassifier(str(cascade))
        if not detector.empty():
            return detector
    raise ValueError(f"{cascade} is no cascade that OpenCV {cv2.__version__} can use.")
