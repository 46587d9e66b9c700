"""From shapes to pixels: one face drawn large with OpenCV, then averaged down to 48 x 48."""

from __future__ import annotations

import cv2
import numpy as np

from minicnn.fer.datasets.synthetic import head, lower_face, upper_face
from minicnn.fer.datasets.synthetic.anatomy import Identity
from minicnn.fer.datasets.synthetic.expression import action_units
from minicnn.fer.datasets.synthetic.pencil import Shape
from minicnn.fer.datasets.synthetic.scene import SIZE, Light, Pose, lit, project
from minicnn.fer.datasets.synthetic.traits import draw

__all__ = ["draw_face", "face_shapes", "rasterise"]

_OVERSAMPLING = 3  # canvas pixels per picture pixel
_FRACTION_BITS = 4  # OpenCV takes coordinates as fixed-point numbers


def face_shapes(who: Identity, au: list[float], gaze: float) -> list[Shape]:
    """Everything that is drawn, from back to front."""
    return [
        *head.behind(who),
        *head.skull(who, au),
        *upper_face.forehead(who, au),
        *lower_face.cheeks(who, au),
        *lower_face.chin(who, au),
        *head.beard(who, au),
        *lower_face.mouth(who, au),
        *upper_face.eyes(who, au, gaze),
        *lower_face.nose(who, au),
        *upper_face.brows(who, au),
        *head.glasses(who),
        *head.hair(who),
    ]


def rasterise(shapes: list[Shape], pose: Pose, backdrop: float) -> np.ndarray:
    """Draw shapes over a plain background: uint8 (48, 48), without light and noise."""
    points = np.concatenate([shape.points for shape in shapes])
    counts = [len(shape.points) for shape in shapes]
    relief = np.repeat([shape.relief for shape in shapes], counts)
    # The centre of picture pixel 0 is the middle of canvas pixels 0 .. _OVERSAMPLING - 1.
    canvas_points = (project(points, relief, pose) + 0.5) * _OVERSAMPLING - 0.5
    fixed = np.rint(canvas_points * 2**_FRACTION_BITS).astype(np.int32)
    canvas = np.full((SIZE * _OVERSAMPLING, SIZE * _OVERSAMPLING), round(backdrop), np.uint8)
    start = 0
    for shape, count in zip(shapes, counts, strict=True):
        part, start = fixed[start : start + count], start + count
        tone = min(255, round(shape.tone))
        if shape.width:
            width = max(1, round(shape.width * pose.scale * _OVERSAMPLING))
            cv2.polylines(canvas, [part], False, tone, width, cv2.LINE_8, _FRACTION_BITS)
        else:
            cv2.fillPoly(canvas, [part], tone, cv2.LINE_8, _FRACTION_BITS)
    return cv2.resize(canvas, (SIZE, SIZE), interpolation=cv2.INTER_AREA)


def draw_face(emotion: str, rng: np.random.Generator) -> np.ndarray:
    """Draw one person showing `emotion`.

    Parameters
    ----------
    emotion : str
        One of `minicnn.fer.datasets.emotions.EMOTIONS`.
    rng : numpy.random.Generator
        Decides identity, intensities, pose, light and noise, in this order.

    Returns
    -------
    ndarray of uint8, shape (48, 48)
    """
    who = draw(Identity, rng)
    au = action_units(emotion, rng)
    pose, light = draw(Pose, rng), draw(Light, rng)
    flat = rasterise(face_shapes(who, au, pose.gaze), pose, light.backdrop)
    return lit(flat, pose, light, rng)
