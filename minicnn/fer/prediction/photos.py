"""The faces in a photo, and which emotion each shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from minicnn.data.images import decode_rgb, to_grey
from minicnn.fer.models.expectations import expectations
from minicnn.fer.prediction.face_detection import Box, cut_out, find_faces
from minicnn.fer.prediction.face_drawing import draw_prediction
from minicnn.fer.prediction.predict import AnyImage, Prediction, predict_images
from minicnn.model import Model

__all__ = ["Face", "Photo", "predict_faces", "predict_photos"]


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
            draw_prediction(
                picture, face.box, face.prediction, number if len(self.faces) > 1 else None
            )
        return picture


def predict_faces(model: Model, image: AnyImage, *, bgr: bool = False) -> Photo:
    """Find the faces in a photo and predict the emotion of each.

    Parameters
    ----------
    model : Model
        From :func:`minicnn.fer.load_model`.
    image : path, bytes, binary file object, PIL image or ndarray
        As for :func:`minicnn.fer.predict_emotion`.
    bgr : bool
        Whether a colour array is BGR, as ``cv2.imread`` returns it, and not RGB.

    Returns
    -------
    Photo
        Its `faces` are empty if none is found.

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
    (photo,) = predict_photos(model, [image], bgr=bgr)
    if isinstance(photo, Exception):
        raise photo
    return photo


def predict_photos(
    model: Model, images: Iterable[AnyImage], *, bgr: bool = False
) -> Iterator[Photo | ValueError | OSError]:
    """Find the faces in many photos, reading one after the other.

    Parameters
    ----------
    model, images, bgr
        As for :func:`minicnn.fer.prediction.predict.predict_images`.

    Yields
    ------
    Photo, ValueError or OSError
        For each image, in order, its faces, or the error that occurred when it was read.

    Raises
    ------
    ValueError
        If the model does not take one image or does not give a probability for each class.
    """
    grey_model = expectations(model).channels == 1
    for image in images:
        try:
            picture = decode_rgb(image, bgr=bgr)
        except (ValueError, OSError) as error:
            yield error
            continue
        grey = to_grey(picture)
        boxes = find_faces(grey)
        seen = grey if grey_model else np.asarray(picture)
        crops = (cut_out(seen, box) for box in boxes)
        # Reading pixels cannot fail, so there is a prediction for every box.
        found = (each for each in predict_images(model, crops) if isinstance(each, Prediction))
        yield Photo(picture, [Face(*pair) for pair in zip(boxes, found, strict=True)])
