"""OpenCV as the detectors use it: one search at a time, on the threads that minicnn may use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from minicnn.kernels.threads import get_threads

__all__ = ["resized", "searching"]

# A detector has its own buffers, and OpenCV's settings are the whole process's, so threads take
# turns.
_turn = threading.Lock()


@contextmanager
def searching() -> Iterator[None]:
    """Wait for the turn; keep OpenCV to the threads that minicnn may use, and without its log.

    OpenCV 5 logs a warning each time a detector is made; what matters is raised as an error.
    """
    import cv2  # slow to import

    with _turn:
        threads, level = cv2.getNumThreads(), cv2.utils.logging.getLogLevel()
        cv2.setNumThreads(min(threads, get_threads()))
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        try:
            yield
        finally:
            cv2.setNumThreads(threads)
            cv2.utils.logging.setLogLevel(level)


def resized(pixels: np.ndarray, longer: float) -> np.ndarray:
    """Return pixels whose longer side has a given length.

    Smaller: each pixel is the mean of what it covers. Larger: linearly interpolated.
    """
    import cv2

    h, w = pixels.shape[:2]
    ratio = longer / max(h, w)
    if ratio == 1:
        return pixels
    size = (max(1, round(w * ratio)), max(1, round(h * ratio)))
    with searching():
        rule = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
        return cv2.resize(pixels, size, interpolation=rule)
