"""From any image to the emotion of a face, with its probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from PIL import Image

from minicnn.data.images import decode_image
from minicnn.data.reading import ImageSource
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.prediction.views import views
from minicnn.model import Model

__all__ = [
    "UNSURE_BELOW",
    "AnyImage",
    "Prediction",
    "class_names",
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


def class_names(model: Model) -> tuple[str, ...]:
    """Return the classes of a model's outputs.

    They are in the model's file (``model.extra["class_names"]``). A model without them, such as
    one that Keras saved, is assumed to have its outputs in the order of
    :data:`~minicnn.fer.datasets.emotions.EMOTIONS` if it has seven.

    Raises
    ------
    ValueError
        If there is not one name for each output.
    """
    outputs = model.output_shape
    names = model.extra.get("class_names")
    if names is None:
        if outputs != (None, len(EMOTIONS)):
            raise ValueError(
                f"{model.name!r} has no class names and outputs of shape {outputs}, "
                f"expected {len(EMOTIONS)} outputs, one for each emotion."
            )
        return EMOTIONS
    if (
        not isinstance(names, (list, tuple))
        or not all(isinstance(name, str) for name in names)
        or len(set(names)) != len(names)
        or outputs != (len(names),)
    ):
        raise ValueError(
            f"{model.name!r} has the class names {names!r} and outputs of shape {outputs}, "
            "expected a different name for each output."
        )
    return tuple(names)


def predict_probabilities(
    model: Model, images: np.ndarray, *, tta: str | None = None
) -> np.ndarray:
    """Return the probabilities that a model gives for grey images.

    Parameters
    ----------
    model : Model
        Must return probabilities, for example from a softmax.
    images : ndarray of uint8, shape (n, h, w, 1)
        Of the size that the model takes.
    tta : {None, "flip", "ten-crop"}
        Whether to average over several views of each image; see
        :func:`minicnn.fer.prediction.views.views`.

    Returns
    -------
    ndarray, shape (n, classes)

    Raises
    ------
    ValueError
        If the sizes differ, the model does not return probabilities, or `tta` is unknown.
    """
    looks = [model.predict(view) for view in views(to_inputs(images), tta)]
    probabilities = np.mean(looks, axis=0)
    # Written so that NaN is rejected.
    if not (probabilities.min() >= 0 and abs(probabilities.sum(axis=-1) - 1).max() < 1e-3):
        raise ValueError(
            f"{model.name!r} gives outputs from {probabilities.min():g} to "
            f"{probabilities.max():g} that are not probabilities, expected a model that ends "
            "in a softmax."
        )
    return probabilities


def predict_emotion(model: Model, image: AnyImage) -> Prediction:
    """Predict the emotion of the face in an image.

    The image is prepared exactly like the training images: converted to grey, its
    largest centred square resized to the model's input, divided by 255. The face should fill the
    image, as in FER2013; :func:`minicnn.fer.prediction.photos.predict_faces` finds faces in
    photos.

    Parameters
    ----------
    model : Model
        From :func:`minicnn.load_model`.
    image : path, bytes, binary file object, PIL image or ndarray
        What :func:`~minicnn.data.images.decode_image` takes.

    Returns
    -------
    Prediction

    Raises
    ------
    FileNotFoundError, ValueError, TypeError
        If the image cannot be read.
    ValueError
        If the model does not take one grey image or does not give a probability for each class.

    Examples
    --------
    >>> model = load_model("model.keras")  # doctest: +SKIP
    >>> print(predict_emotion(model, "photo.jpg"))  # doctest: +SKIP
    happy (93.4%)
    """
    (result,) = predict_images(model, [image])
    if isinstance(result, Exception):
        raise result
    return result


def predict_images(
    model: Model, images: Iterable[AnyImage]
) -> Iterator[Prediction | ValueError | OSError]:
    """Predict the emotions of many images, with at most one batch of them in memory.

    Parameters
    ----------
    model : Model
        As for :func:`predict_emotion`.
    images : iterable of images
        As for :func:`predict_emotion`.

    Yields
    ------
    Prediction, ValueError or OSError
        For each image, in order, its prediction, or the error that occurred when it was read.

    Raises
    ------
    ValueError
        If the model does not take one grey image or does not give a probability for each class.
    """
    names, size = class_names(model), _image_size(model)
    remaining = iter(images)
    while batch := list(islice(remaining, _BATCH)):
        decoded = [_decoded(image, size) for image in batch]
        pixels = [image for image in decoded if isinstance(image, np.ndarray)]
        rows = iter(predict_probabilities(model, np.stack(pixels)).tolist() if pixels else ())
        for image in decoded:
            if isinstance(image, np.ndarray):
                yield Prediction(dict(zip(names, next(rows), strict=True)))
            else:
                yield image


def _image_size(model: Model) -> tuple[int, int]:
    match model.input_shape:
        case (None, h, w, 1):
            return h, w
    raise ValueError(
        f"{model.name!r} takes inputs of shape {model.input_shape}, expected grey images (h, w, 1)."
    )


def _decoded(image: AnyImage, size: tuple[int, int]) -> np.ndarray | ValueError | OSError:
    try:
        return decode_image(image, size)
    except (ValueError, OSError) as error:
        return error
