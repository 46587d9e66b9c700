"""Find the faces in a photo, and crop them.

Faces are found by OpenCV's frontal face cascade (Haar features; Viola and Jones 2001). FER2013's
images are boxes that OpenCV's face detection drew around faces (Goodfellow et al. 2013), so faces
are cropped here in the same way as the images that the network was trained on.

References
----------
P. Viola, M. Jones, "Rapid object detection using a boosted cascade of simple features", CVPR 2001.
I. J. Goodfellow et al., "Challenges in representation learning: a report on three machine
learning contests", ICONIP 2013.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from minicnn.kernels.threads import get_threads

__all__ = ["Box", "cut_out", "find_faces"]

_CASCADE = "haarcascade_frontalface_default.xml"

# Larger photos are searched at this length of their longer side: the time of a search grows with
# the pixels, and a face of `_SMALLEST` pixels in it has still enough of them.
_SEARCHED = 1280
_SMALLEST = 30
# How much the window grows from one pass to the next, and how many overlapping windows must agree.
_GROWTH, _AGREEING = 1.1, 5

# A detector has its own buffers, and OpenCV's number of threads is the whole process's, so threads
# take turns.
_searching = threading.Lock()


class Box(NamedTuple):
    """The place of a face, in pixels of the upright photo, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


def find_faces(grey: np.ndarray) -> list[Box]:
    """Find the faces that look into the camera.

    Photos whose longer side exceeds 1,280 pixels are searched at that size, where a face must be
    at least 30 pixels wide. Faces that are turned away, tilted by more than some 20 degrees or half
    covered are missed.

    Parameters
    ----------
    grey : ndarray of uint8, shape (h, w)
        Upright, as from :func:`minicnn.data.images.to_grey`.

    Returns
    -------
    list of Box
        Square except for rounding, inside the photo, from left to right.
    """
    import cv2  # slow to import

    h, w = grey.shape
    shrink = min(1.0, _SEARCHED / max(h, w))
    height, width = max(1, round(h * shrink)), max(1, round(w * shrink))
    searched = grey
    with _searching, _no_more_threads():
        if shrink < 1:
            searched = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
        found = _detector().detectMultiScale(
            searched, _GROWTH, _AGREEING, minSize=(_SMALLEST, _SMALLEST)
        )
    boxes = np.asarray(found, np.int64).reshape(-1, 4).tolist()
    return sorted(
        Box(x * w // width, y * h // height, bw * w // width, bh * h // height)
        for x, y, bw, bh in boxes
    )


def cut_out(photo: np.ndarray, box: Box) -> np.ndarray:
    """Return the pixels in a box, as a view of the photo, shape (box.height, box.width, ...)."""
    x, y, width, height = box
    return photo[y : y + height, x : x + width]


@contextmanager
def _no_more_threads() -> Iterator[None]:
    """Keep OpenCV to the number of threads that minicnn may use."""
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(min(before, get_threads()))
    try:
        yield
    finally:
        cv2.setNumThreads(before)


@cache
def _detector() -> Any:
    import cv2.data

    detector = cv2.CascadeClassifier(cv2.data.haarcascades + _CASCADE)
    if detector.empty():
        raise OSError(
            f"OpenCV {cv2.__version__} in {cv2.data.haarcascades} has no {_CASCADE}, "
            "expected opencv-python-headless from 4.13 on and below 5."
        )
    return detector
