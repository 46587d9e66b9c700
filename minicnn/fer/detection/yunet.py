"""YuNet: a small network finds faces, with the places of eyes, nose and mouth.

OpenCV computes it (``cv2.FaceDetectorYN``, since 4.5.4 and in 5). The network was trained on faces
of some 10 to 300 pixels, so a photo is searched at two sizes: small, for faces that fill it, and
larger, for those of a crowd. Small photos are enlarged for the latter.

References
----------
W. Wu, H. Peng, S. Yu, "YuNet: a tiny millisecond-level face detector", Machine Intelligence
Research 20, 2023.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image

from minicnn.fer.detection.face import Box, DetectedFace, without_overlaps
from minicnn.fer.detection.opencv import resized, searching

__all__ = ["YuNet"]

# Lengths of the longer side at which photos are searched.
_SMALL, _LARGE = 640, 1280
# Pixels that a face needs at the size that is searched, for `min_size`.
_NEEDED = 16
# In narrower pictures there is no face, and YuNet computes noise.
_LEAST = 8
_THRESHOLD = 0.7
# Of the candidates, that many are compared with each other; an answer of one search has no more.
_CANDIDATES = 5000
_OVERLAP = 0.3
# Faces tilted by less are cut out as they are: turning costs sharpness.
_UPRIGHT = 5.0


class YuNet:
    """Find faces with YuNet.

    Parameters
    ----------
    network : bytes
        The ONNX file.
    name : str
        What error messages call it.
    threshold : float, optional
        The least score of a face, from 0 to 1; by default 0.7.
    min_size : int, optional
        The least width of a face in pixels of the photo. Photos are searched at a size at which
        such faces can be found; by default, at most at 1,280 pixels for the longer side.

    Raises
    ------
    ValueError
        If the file is no YuNet that OpenCV can compute, or an argument is out of range.
    """

    def __init__(
        self,
        network: bytes,
        name: str,
        *,
        threshold: float | None = None,
        min_size: int | None = None,
    ) -> None:
        self.threshold = _THRESHOLD if threshold is None else float(threshold)
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold must be above 0 and at most 1 for YuNet, got {threshold}.")
        self.min_size = min_size
        self._detector = self._made(network, name)

    def __call__(self, picture: Image.Image) -> list[DetectedFace]:
        """Find the faces in an RGB picture, from left to right.

        A box is a square as high as the face from forehead to chin, moved into the picture.
        """
        if min(picture.size) < _LEAST:
            return []
        rgb = np.asarray(picture)
        longer = max(picture.size)
        sizes = {float(min(longer, _SMALL)), float(min(longer, _LARGE))}
        if longer < _SMALL:
            sizes.add(2.0 * longer)
        if self.min_size is not None:
            # In thirds, so that a large photo is also searched for faces in between.
            wanted = min(longer, longer * _NEEDED / self.min_size)
            while wanted > _LARGE:
                sizes.add(wanted)
                wanted /= 3
        faces: list[DetectedFace] = []
        for size in sorted(sizes, reverse=True):
            searched = resized(rgb, size)
            if size <= longer:
                rgb = searched  # the next size is smaller still
            faces += self._searched(searched, picture.size)
        least = self.min_size or 0
        kept = [face for face in without_overlaps(faces, _OVERLAP) if face.box.width >= least]
        return sorted(kept)

    def _searched(self, rgb: np.ndarray, size: tuple[int, int]) -> list[DetectedFace]:
        """Find faces in a photo that was shrunk, and return where they are in its own size."""
        (height, width), (w, h) = rgb.shape[:2], size
        with searching():
            self._detector.setInputSize((width, height))
            _, rows = self._detector.detect(np.ascontiguousarray(rgb[..., ::-1]))  # BGR
        scale = np.tile([w / width, h / height], 7)
        return [
            _face(row[:14] * scale, float(row[14]), w, h)
            for row in (rows if rows is not None else ())
        ]

    def _made(self, network: bytes, name: str) -> Any:
        import cv2

        try:
            with searching():
                detector = cv2.FaceDetectorYN.create(
                    "onnx",
                    np.frombuffer(network, np.uint8),
                    np.empty(0, np.uint8),
                    (64, 64),
                    score_threshold=self.threshold,
                    nms_threshold=_OVERLAP,
                    top_k=_CANDIDATES,
                )
                # A network with other outputs is found out only now.
                detector.detect(np.zeros((64, 64, 3), np.uint8))
        except (cv2.error, SystemError) as error:
            raise ValueError(
                f"{name} is not a YuNet that OpenCV {cv2.__version__} can use, expected the ONNX "
                "file of `minicnn get yunet` or another with the same outputs."
            ) from error
        return detector


def _face(row: np.ndarray, score: float, w: int, h: int) -> DetectedFace:
    """Return a face from a row of YuNet's: box, then x and y of five landmarks."""
    x, y, width, height = row[:4]
    side = max(1, round(min(height, w, h)))
    left = round(x + width / 2 - side / 2)
    top = round(y + height / 2 - side / 2)
    box = Box(min(max(0, left), w - side), min(max(0, top), h - side), side, side)
    return DetectedFace(box, score, _tilt(row[4:].reshape(5, 2)))


def _tilt(landmarks: np.ndarray) -> float:
    """Return by how many degrees a face is turned clockwise in the image.

    The line through the eyes is short on a face seen from the side, where the line from between
    the eyes to the mouth is long; together they tell the tilt of both.
    """
    right_eye, left_eye, _, right_mouth, left_mouth = landmarks
    across = left_eye - right_eye
    down = (right_mouth + left_mouth - right_eye - left_eye) / 2
    # `down`, turned by a right angle, points from the right eye to the left one, too.
    x, y = across + np.array([down[1], -down[0]])
    angle = math.degrees(math.atan2(y, x))
    return angle if abs(angle) >= _UPRIGHT else 0.0
