"""The faces in a photo: find each, say which emotion it shows, draw both into the photo.

Faces are found by OpenCV's frontal face cascade (Haar features; Viola and Jones 2001). FER2013's
images are boxes that OpenCV's face detection drew around faces (Goodfellow et al. 2013), so what
is cut out of a photo here is cut as what the network learned from.

References
----------
P. Viola, M. Jones, "Rapid object detection using a boosted cascade of simple features", CVPR 2001.
I. J. Goodfellow et al., "Challenges in representation learning: a report on three machine
learning contests", ICONIP 2013.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from minicnn.data.images import decode_rgb, to_grey
from minicnn.fer.predict import AnyImage, Prediction, predict_images
from minicnn.sequential import Sequential

__all__ = ["Box", "Face", "Photo", "find_faces", "predict_faces", "predict_photos"]

_CASCADE = "haarcascade_frontalface_default.xml"

# Larger photos are searched at this length of their longer side: the time of a search grows with
# the pixels, and a face of `_SMALLEST` pixels in it has still enough of them.
_SEARCHED = 1280
_SMALLEST = 30
# How much the window grows from one pass to the next, and how many overlapping windows must agree.
_GROWTH, _AGREEING = 1.1, 5

# A detector works in buffers of its own; threads take turns.
_searching = threading.Lock()


class Box(NamedTuple):
    """Where a face is, in pixels of the upright photo, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


class Face(NamedTuple):
    """A face in a photo."""

    box: Box
    prediction: Prediction


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo and the faces in it.

    Attributes
    ----------
    picture : PIL image of mode RGB
        The photo, upright.
    faces : list of Face
        From left to right.
    """

    picture: Image.Image
    faces: list[Face]

    def drawn(self) -> Image.Image:
        """Return a copy of the picture with a box and a label for every face."""
        picture = self.picture.copy()
        for number, face in enumerate(self.faces, 1):
            prefix = f"{number} " if len(self.faces) > 1 else ""
            _draw(picture, face, prefix)
        return picture


def predict_faces(model: Sequential, image: AnyImage) -> Photo:
    """Find the faces in a photo and say which emotion each shows.

    Parameters
    ----------
    model : Sequential
        From :func:`minicnn.load_model`.
    image : path, bytes, binary file object, PIL image or ndarray
        As for :func:`minicnn.fer.predict_emotion`.

    Returns
    -------
    Photo
        With no faces if none is found.

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        As :func:`minicnn.fer.predict_emotion`.

    Examples
    --------
    >>> photo = predict_faces(model, "group.jpg")  # doctest: +SKIP
    >>> for face in photo.faces:  # doctest: +SKIP
    ...     print(face.box.x, face.prediction)
    412 happy (93.4%)
    >>> photo.drawn().save("drawn.jpg")  # doctest: +SKIP
    """
    (photo,) = predict_photos(model, [image])
    if isinstance(photo, Exception):
        raise photo
    return photo


def predict_photos(
    model: Sequential, images: Iterable[AnyImage]
) -> Iterator[Photo | ValueError | OSError]:
    """Find the faces in many photos, reading one after the other.

    Yields
    ------
    Photo, ValueError or OSError
        For each image, in order, its faces, or the error that kept it from being read.

    Raises
    ------
    ValueError
        If the model does not take one grey image or does not give a probability for each class.
    """
    for image in images:
        try:
            picture = decode_rgb(image)
        except (ValueError, OSError) as error:
            yield error
            continue
        grey = to_grey(picture)
        boxes = find_faces(grey)
        crops = (grey[y : y + h, x : x + w] for x, y, w, h in boxes)
        # Pixels need no reading, which could fail: there is a prediction for every box.
        found = (each for each in predict_images(model, crops) if isinstance(each, Prediction))
        yield Photo(picture, [Face(*pair) for pair in zip(boxes, found, strict=True)])


def find_faces(grey: np.ndarray) -> list[Box]:
    """Find the faces that look into the camera.

    Photos whose longer side exceeds 1,280 pixels are searched at that size; in it, faces from 30
    pixels on are found. A face that is turned away, tilted by more than some 20 degrees or half
    covered is not.

    Parameters
    ----------
    grey : ndarray of uint8, shape (h, w)
        Upright, as from :func:`minicnn.data.images.to_grey`.

    Returns
    -------
    list of Box
        Square but for rounding, inside the photo, from left to right.
    """
    import cv2  # slow to import

    h, w = grey.shape
    shrink = min(1.0, _SEARCHED / max(h, w))
    height, width = max(1, round(h * shrink)), max(1, round(w * shrink))
    searched = grey
    if shrink < 1:
        searched = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    with _searching:
        found = _detector().detectMultiScale(
            searched, _GROWTH, _AGREEING, minSize=(_SMALLEST, _SMALLEST)
        )
    boxes = np.asarray(found, np.int64).reshape(-1, 4).tolist()
    return sorted(
        Box(x * w // width, y * h // height, bw * w // width, bh * h // height)
        for x, y, bw, bh in boxes
    )


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


# Light on dark and dark on light: they are told apart without colours, too.
_SURE, _UNSURE, _TEXT = (255, 190, 0), (225, 225, 225), (0, 0, 0)


def _draw(picture: Image.Image, face: Face, prefix: str) -> None:
    """Draw the box, and the label above it or, at the top of the picture, in it."""
    pen = ImageDraw.Draw(picture)
    (x, y, w, h), prediction = face
    colour = _UNSURE if prediction.unsure else _SURE
    longer = max(picture.size)
    line = max(2, longer // 400)
    pen.rectangle((x, y, x + w - 1, y + h - 1), outline=colour, width=line)

    text = f"{prefix}{prediction.label} {prediction.confidence:.0%}"
    if prediction.unsure:
        text += " unsure"
    font = ImageFont.load_default(max(11, longer // 50))
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font, anchor="lt")
    pad = 2 * line
    width, height = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    x = max(0, min(x, picture.width - width))
    y = y - height if y >= height else y
    pen.rectangle((x, y, x + width - 1, y + height - 1), fill=colour)
    pen.text((x + pad, y + pad), text, fill=_TEXT, font=font, anchor="lt")
