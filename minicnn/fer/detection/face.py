"""Where a face is in a photo, and its pixels, upright."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

__all__ = ["Box", "DetectedFace", "cut_out", "overlap", "without_overlaps"]


class Box(NamedTuple):
    """The place of a face, in pixels of the upright photo, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


class DetectedFace(NamedTuple):
    """A face as a detector sees it.

    Attributes
    ----------
    box : Box
        Inside the photo.
    score : float
        Higher for what is more certainly a face; the scale is the detector's own.
    angle : float
        How far the face is tilted towards its left shoulder, which a viewer sees on the right: in
        degrees, clockwise. 0 from detectors that do not measure it.
    """

    box: Box
    score: float = 1.0
    angle: float = 0.0


def cut_out(picture: Image.Image, face: DetectedFace) -> Image.Image:
    """Return the pixels of a face.

    The box is cut out. If the face is tilted, the box is first turned around its centre by the
    angle, so that the face is upright in the result. Where a turned box leaves the photo, the
    photo's edge is continued.

    Parameters
    ----------
    picture : PIL image of mode RGB
    face : DetectedFace

    Returns
    -------
    PIL image of mode RGB, of the box's width and height
    """
    x, y, width, height = face.box
    if face.angle == 0:
        return picture.crop((x, y, x + width, y + height))
    import cv2  # slow to import
    import numpy as np

    # The circle around the box holds it at any angle; `reach` is its radius.
    reach = int(np.hypot(width, height) / 2) + 2
    centre_x, centre_y = x + width / 2, y + height / 2
    left, top = max(0, int(centre_x) - reach), max(0, int(centre_y) - reach)
    right, bottom = int(centre_x) + reach + 1, int(centre_y) + reach + 1
    around = np.asarray(
        picture.crop((left, top, min(right, picture.width), min(bottom, picture.height)))
    )
    # Pixel centres are at whole numbers for OpenCV.
    centre = (centre_x - left - 0.5, centre_y - top - 0.5)
    turn = cv2.getRotationMatrix2D(centre, face.angle, 1)
    turn[:, 2] += np.array([width / 2 - 0.5 - centre[0], height / 2 - 0.5 - centre[1]])
    return Image.fromarray(
        cv2.warpAffine(
            around,
            turn,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def without_overlaps(faces: list[DetectedFace], most: float = 0.3) -> list[DetectedFace]:
    """Drop each face whose box overlaps that of a better one (non-maximum suppression).

    Parameters
    ----------
    faces : list of DetectedFace
    most : float
        The largest intersection over union that two boxes may have.

    Returns
    -------
    list of DetectedFace
        The best first.
    """
    kept: list[DetectedFace] = []
    for face in sorted(faces, key=lambda face: face.score, reverse=True):
        if all(overlap(face.box, other.box) <= most for other in kept):
            kept.append(face)
    return kept


def overlap(a: Box, b: Box) -> float:
    """Return the intersection over union of two boxes."""
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    common = max(0, across) * max(0, down)
    return common / (a.width * a.height + b.width * b.height - common)
