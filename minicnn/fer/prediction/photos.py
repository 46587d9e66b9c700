"""The faces in a photo, and which emotion each shows."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from minicnn.data.images import decode_rgb
from minicnn.fer.detection.choice import FaceDetector, face_detector, hint_without_yunet
from minicnn.fer.detection.face import Box, cut_out
from minicnn.fer.detection.own_boxes import checked_boxes
from minicnn.fer.models.expectations import expectations
from minicnn.fer.prediction.face_drawing import draw_faces
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
        From left to right, or in the order of the boxes that were given.
    """

    picture: Image.Image
    faces: list[Face]

    def drawn(self) -> Image.Image:
        """Return a copy of the picture with a box and a label for every face.

        A label has the two most probable emotions. If there is no room for the labels beside
        the faces, they are in a margin that is added below the picture, and faces have numbers.
        """
        return draw_faces(self.picture, [(face.box, face.prediction) for face in self.faces])


_log = logging.getLogger(__name__)
_hinted = False


def predict_faces(
    model: Model,
    image: AnyImage,
    *,
    bgr: bool = False,
    detector: str | os.PathLike[str] | FaceDetector = "auto",
    boxes: Iterable[Sequence[float]] | None = None,
    threshold: float | None = None,
    min_size: int | None = None,
) -> Photo:
    """Find the faces in a photo and predict the emotion of each.

    Parameters
    ----------
    model : Model
        From :func:`minicnn.fer.load_model`.
    image : path, bytes, binary file object, PIL image or ndarray
        As for :func:`minicnn.fer.predict_emotion`.
    bgr : bool
        Whether a colour array is BGR, as ``cv2.imread`` returns it, and not RGB.
    detector : {"auto", "yunet", "haar"}, path or detector
        As for :func:`minicnn.fer.face_detector`. For many photos, make a detector once. "auto"
        logs a warning, once, if it has to do without YuNet.
    boxes : iterable of (x, y, width, height), optional
        Where the faces are, in pixels of the upright photo; nothing is searched then.
    threshold, min_size
        As for :func:`minicnn.fer.face_detector`.

    Returns
    -------
    Photo
        Its `faces` are empty if none is found.

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        As :func:`minicnn.fer.predict_emotion` and :func:`minicnn.fer.face_detector`; ValueError
        also if a box lies outside the photo.

    Examples
    --------
    >>> photo = predict_faces(model, "group.jpg")  # doctest: +SKIP
    >>> for face in photo.faces:  # doctest: +SKIP
    ...     print(face.box.x, face.prediction)
    412 happy (93.4%)
    >>> photo.drawn().save("drawn.jpg")  # doctest: +SKIP
    """
    find = None if boxes is not None else _detector(detector, threshold, min_size)
    (photo,) = predict_photos(
        model, [image], bgr=bgr, detector=find, boxes=[() if boxes is None else boxes]
    )
    if isinstance(photo, Exception):
        raise photo
    return photo


def _detector(
    detector: str | os.PathLike[str] | FaceDetector,
    threshold: float | None,
    min_size: int | None,
) -> FaceDetector:
    global _hinted
    if callable(detector):
        if threshold is not None or min_size is not None:
            raise ValueError(
                "threshold and min_size are arguments of face_detector: a detector that is made "
                "already has its own."
            )
        return detector
    if detector == "auto" and not _hinted and (hint := hint_without_yunet()):
        _hinted = True
        # A log record, not a warning: under ``-W error`` a warning would end the program.
        _log.warning("minicnn: %s", hint)
    return face_detector(detector, threshold=threshold, min_size=min_size)


def _name(image: AnyImage) -> str:
    return str(image) if isinstance(image, (str, os.PathLike)) else "the photo"


def predict_photos(
    model: Model,
    images: Iterable[AnyImage],
    *,
    bgr: bool = False,
    detector: FaceDetector | None = None,
    boxes: Iterable[Iterable[Sequence[float]]] = (),
) -> Iterator[Photo | ValueError | OSError]:
    """Find the faces in many photos, reading one after the other.

    Parameters
    ----------
    model, images, bgr
        As for :func:`minicnn.fer.prediction.predict.predict_images`.
    detector : FaceDetector, optional
        From :func:`minicnn.fer.face_detector`.
    boxes : iterable
        Without a detector: for each image, where its faces are.

    Yields
    ------
    Photo, ValueError or OSError
        For each image, in order, its faces, or the error that occurred when it was read.

    Raises
    ------
    ValueError
        If the model does not take one image or does not give a probability for each class.
    """
    expectations(model)  # fails now, not at the first face
    given = iter(boxes)
    for image in images:
        try:
            picture = decode_rgb(image, bgr=bgr)
            if detector is None:
                found = checked_boxes(next(given), picture.size, name=_name(image))
            else:
                found = detector(picture)
        except (ValueError, OSError) as error:
            yield error
            continue
        crops = (cut_out(picture, face) for face in found)
        # Reading pixels cannot fail, so there is a prediction for every face.
        told = (each for each in predict_images(model, crops) if isinstance(each, Prediction))
        yield Photo(picture, [Face(face.box, each) for face, each in zip(found, told, strict=True)])
