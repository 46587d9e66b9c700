"""From any image to the emotion of a face, with its probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from PIL import Image

from minicnn.data.images import decode_pixels
from minicnn.data.reading import ImageSource
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.models.expectations import Expectations, class_names, expectations
from minicnn.fer.prediction.views import views
from minicnn.model import Model

__all__ = [
    "UNSURE_BELOW",
    "AnyImage",
    "Prediction",
    "predict_emotion",
    "predict_images",
    "predict_probabilities",
]

AnyImage: TypeAlias = ImageSource | Image.Image | np.ndarray

#: A label below this probability is unsure: the other labels together are more probable.
UNSURE_BELOW = 0.5

# Images decoded and computed at once.
_BATCH = 32


@dataclass(frozen=True)
class Prediction:
    """A model's prediction for one image.

    Attributes
    ----------
    probabilities : dict of str to float
        The probability of every class, in the order of the model's outputs; for models
        trained here, that of :data:`~minicnn.fer.datasets.emotions.EMOTIONS`.

    Examples
    --------
    >>> print(Prediction({"happy": 0.934, "sad": 0.066}))
    happy (93.4%)
    >>> print(Prediction({"happy": 0.4, "sad": 0.3, "fear": 0.3}))
    happy (40.0%, unsure)
    """

    probabilities: dict[str, float]

    @property
    def ranking(self) -> list[str]:
        """All classes, the most probable first."""
        return sorted(self.probabilities, key=self.probabilities.__getitem__, reverse=True)

    @property
    def label(self) -> str:
        """The most probable class."""
        return self.ranking[0]

    @property
    def confidence(self) -> float:
        """Probability of the label."""
        return self.probabilities[self.label]

    @property
    def unsure(self) -> bool:
        """Whether the confidence is below `UNSURE_BELOW`."""
        return self.confidence < UNSURE_BELOW

    def __str__(self) -> str:
        return f"{self.label} ({self.confidence:.1%}{', unsure' if self.unsure else ''})"


def predict_probabilities(
    model: Model, images: np.ndarray, *, tta: str | None = None
) -> np.ndarray:
    """Return the probabilities that a model gives for images.

    Parameters
    ----------
    model : Model
        Must return probabilities, for example from a softmax.
    images : ndarray of uint8, shape (n, h, w, 1) or (n, h, w, channels)
        Prepared as the model expects: resized, grey repeated for a model of colour, scaled.
    tta : {None, "flip", "ten-crop"}
        Whether to average over several views of each image; see
        :func:`minicnn.fer.prediction.views.views`.

    Returns
    -------
    ndarray, shape (n, classes)

    Raises
    ------
    ValueError
        If the model does not take one image or does not return probabilities, or `tta` is unknown.
    """
    expected = expectations(model)
    x = to_inputs(expected.resized(images))
    looks = [model.predict(expected.inputs(view)) for view in views(x, tta)]
    probabilities = np.mean(looks, axis=0)
    # Written so that NaN is rejected.
    if not (probabilities.min() >= 0 and abs(probabilities.sum(axis=-1) - 1).max() < 1e-3):
        raise ValueError(
            f"{model.name!r} gives outputs from {probabilities.min():g} to "
            f"{probabilities.max():g} that are not probabilities, expected a model that ends "
            "in a softmax."
        )
    return probabilities


def predict_emotion(model: Model, image: AnyImage, *, bgr: bool = False) -> Prediction:
    """Predict the emotion of the face in an image.

    The image is prepared exactly like the training images: its largest centred square is resized
    to the model's input, in grey or RGB, and scaled, as
    :func:`~minicnn.fer.models.expectations.expectations` says. The face should fill the
    image, as in FER2013; :func:`minicnn.fer.prediction.photos.predict_faces` finds faces in
    photos.

    Parameters
    ----------
    model : Model
        From :func:`minicnn.fer.load_model`.
    image : path, bytes, binary file object, PIL image or ndarray
        What :func:`~minicnn.data.images.decode_pixels` takes. Colour arrays are RGB.
    bgr : bool
        Whether a colour array is BGR instead, as ``cv2.imread`` returns it.

    Returns
    -------
    Prediction

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        If the image cannot be read.
    ValueError
        If the model does not take one image or does not give a probability for each class.

    Examples
    --------
    >>> model = load_model("model.keras")  # doctest: +SKIP
    >>> print(predict_emotion(model, "photo.jpg"))  # doctest: +SKIP
    happy (93.4%)
    """
    (result,) = predict_images(model, [image], bgr=bgr)
    if isinstance(result, Exception):
        raise result
    return result


def predict_images(
    model: Model, images: Iterable[AnyImage], *, bgr: bool = False
) -> Iterator[Prediction | ValueError | OSError]:
    """Predict the emotions of many images, with at most one batch of them in memory.

    Parameters
    ----------
    model : Model
        As for :func:`predict_emotion`.
    images : iterable of images
    bgr : bool
        As for :func:`predict_emotion`.

    Yields
    ------
    Prediction, ValueError or OSError
        For each image, in order, its prediction, or the error that occurred when it was read.

    Raises
    ------
    ValueError
        If the model does not take one image or does not give a probability for each class.
    """
    names, expected = class_names(model), expectations(model)
    remaining = iter(images)
    while batch := list(islice(remaining, _BATCH)):
        decoded = [_decoded(image, expected, bgr) for image in batch]
        pixels = [image for image in decoded if isinstance(image, np.ndarray)]
        rows = iter(predict_probabilities(model, np.stack(pixels)).tolist() if pixels else ())
        for image in decoded:
            if isinstance(image, np.ndarray):
                yield Prediction(dict(zip(names, next(rows), strict=True)))
            else:
                yield image


def _decoded(
    image: AnyImage, expected: Expectations, bgr: bool
) -> np.ndarray | ValueError | OSError:
    try:
        pixels = decode_pixels(image, channels=expected.channels, bgr=bgr)
        return expected.resized(pixels[None])[0]
    except (ValueError, OSError) as error:
        return error
