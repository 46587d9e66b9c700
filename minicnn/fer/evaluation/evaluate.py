"""How good a model is on images whose emotions are known."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from minicnn.classification import (
    ClassScores,
    average_scores,
    bootstrap_interval,
    calibration_bins,
    confusion_matrix,
    expected_calibration_error,
    precision_recall_f1,
)
from minicnn.data.dataset import Dataset, Split
from minicnn.data.twins import has_twin
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.models.expectations import class_names as model_classes
from minicnn.fer.prediction.predict import predict_probabilities
from minicnn.labels import check_labels
from minicnn.metrics import sparse_top_k_categorical_accuracy
from minicnn.model import Model
from minicnn.progress import progress_bar

__all__ = ["Evaluation", "class_columns", "evaluate"]

# Images computed at once.
_BATCH = 32


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """A model's results on a split.

    Attributes
    ----------
    labels : ndarray of int64, shape (n,)
        The true classes.
    probabilities : ndarray, shape (n, classes)
        The model's predictions.
    seconds : float
        The model's time per image, computed in batches.
    class_names : tuple of str
        The classes, in the order of their numbers.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    seconds: float
    class_names: tuple[str, ...] = EMOTIONS

    def __repr__(self) -> str:
        low, high = self.interval
        return (
            f"<Evaluation of {self.images:,} images: accuracy {self.accuracy:.2%} "
            f"(95 % interval {low:.2%} to {high:.2%}), loss {self.loss:.4f}>"
        )

    @property
    def images(self) -> int:
        """Number of images."""
        return len(self.labels)

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of every image."""
        return self.probabilities.argmax(axis=1)

    @property
    def confusion(self) -> np.ndarray:
        """How often an image of class i was taken for class j, shape (classes, classes)."""
        return confusion_matrix(self.labels, self.predicted, len(self.class_names))

    @property
    def accuracy(self) -> float:
        """Share of images whose most probable class is the true one."""
        return float(np.mean(self.predicted == self.labels))

    @property
    def interval(self) -> tuple[float, float]:
        """Bootstrap interval of the accuracy, 95 %."""
        return bootstrap_interval(int(np.sum(self.predicted == self.labels)), self.images)

    @property
    def top_2_accuracy(self) -> float:
        """Share of images whose true class is among the two most probable ones."""
        return float(np.mean(sparse_top_k_categorical_accuracy(self.labels, self.probabilities, 2)))

    @property
    def loss(self) -> float:
        """Mean of -ln(probability of the true class)."""
        own = np.take_along_axis(self.probabilities, self.labels[:, None], axis=1)
        # A probability that has vanished in float32 counts as the smallest there is.
        floor = np.finfo(own.dtype).tiny
        return float(-np.log(np.maximum(own, floor), dtype=np.float64).mean())

    @property
    def calibration_error(self) -> float:
        """How far confidence and accuracy differ: expected calibration error, 15 bins."""
        return expected_calibration_error(calibration_bins(self.labels, self.probabilities))

    @property
    def scores(self) -> ClassScores:
        """Precision, recall, F1 and support of every class."""
        return precision_recall_f1(self.confusion)

    @property
    def macro(self) -> dict[str, float]:
        """Means of precision, recall and F1 over the classes, all with equal weight."""
        return average_scores(self.scores, weighted=False)

    @property
    def weighted(self) -> dict[str, float]:
        """The same means, weighted by the number of images of each class."""
        return average_scores(self.scores, weighted=True)

    def part(self, chosen: np.ndarray) -> Evaluation:
        """Return the evaluation on some of the images, chosen by a mask of shape (n,)."""
        return replace(self, labels=self.labels[chosen], probabilities=self.probabilities[chosen])

    def without_twins(self, dataset: Dataset, split: str) -> Evaluation | None:
        """Return the evaluation without images that have a pixel-identical training image.

        None if there are no such images, or no others.

        Parameters
        ----------
        dataset : Dataset
        split : str
            Name of the images that were evaluated.
        """
        twins = has_twin(dataset.splits[split].images, dataset.train.images)
        return self.part(~twins) if twins.any() and not twins.all() else None

    def as_dict(self) -> dict[str, Any]:
        """Return all results as JSON values."""
        rows = zip(self.class_names, *(column.tolist() for column in self.scores), strict=True)
        return {
            "images": self.images,
            "accuracy": self.accuracy,
            "accuracy_interval_95": list(self.interval),
            "top_2_accuracy": self.top_2_accuracy,
            "loss": self.loss,
            "expected_calibration_error": self.calibration_error,
            "milliseconds_per_image": 1000 * self.seconds,
            "classes": {
                name: dict(zip(ClassScores._fields, row, strict=True)) for name, *row in rows
            },
            "macro": self.macro,
            "weighted": self.weighted,
            "confusion_matrix": self.confusion.tolist(),
        }


def evaluate(
    model: Model,
    split: Split,
    *,
    class_names: Sequence[str] = EMOTIONS,
    tta: str | None = None,
    progress: bool = True,
) -> Evaluation:
    """Compare a model's predictions with the labels of some images.

    Parameters
    ----------
    model : Model
        Compiled or not. Its outputs may be in any order of the classes.
    split : Split
        Images (uint8, any size) and labels.
    class_names : sequence of str
        What the labels mean: a data set's `class_names`.
    tta : {None, "flip", "ten-crop"}
        Whether to average over several views of each image; see
        :func:`minicnn.fer.prediction.views.views`.
    progress : bool
        Show a progress bar, if standard error is a terminal.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the model does not give probabilities of these classes, if images or labels do not
        fit, or if there are none.
    """
    columns = class_columns(model, class_names)
    n = len(split)
    if n == 0:
        raise ValueError("evaluate: the split has no images, expected at least one.")
    labels = check_labels(split.labels, len(class_names), "evaluate")
    parts, seconds = [], []
    with progress_bar("Evaluating", n, show=progress) as advance:
        for start in range(0, n, _BATCH):
            images = split.images[start : start + _BATCH]
            begin = time.perf_counter()
            parts.append(predict_probabilities(model, images, tta=tta)[:, columns])
            seconds.append((time.perf_counter() - begin) / len(images))
            advance(len(images))
    # The median: the first batch may have to compile kernels, or read them from the disk.
    probabilities, names = np.concatenate(parts), tuple(class_names)
    return Evaluation(labels, probabilities, float(np.median(seconds)), names)


def class_columns(model: Model, class_names: Sequence[str]) -> list[int]:
    """Return the place of each class among a model's outputs.

    Raises
    ------
    ValueError
        If the model has other classes.
    """
    names = model_classes(model)
    if set(names) != set(class_names):
        raise ValueError(
            f"the model {model.name!r} has the classes {', '.join(names)}, "
            f"expected those of the images: {', '.join(class_names)}."
        )
    return [names.index(name) for name in class_names]
