"""How good a model is on images whose emotions are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.classification import ClassScores, confusion_matrix, precision_recall_f1
from minicnn.data.dataset import Split
from minicnn.data.progress import progress_bar
from minicnn.fer.labels import EMOTIONS
from minicnn.fer.predict import class_names, predict_probabilities
from minicnn.fer.report import evaluation_report
from minicnn.labels import check_labels
from minicnn.sequential import Sequential

__all__ = ["Evaluation", "evaluate"]

# Images computed at once.
_BATCH = 32


@dataclass(frozen=True)
class Evaluation:
    """Figures of a model on a split; classes in the order of `EMOTIONS`.

    Attributes
    ----------
    loss : float
        Mean of -ln(probability of the true class).
    confusion : ndarray of int64, shape (7, 7)
        How often an image of class i was taken for class j.
    """

    loss: float
    confusion: np.ndarray

    @property
    def images(self) -> int:
        """Number of images."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of images whose most probable class is the true one."""
        return float(np.trace(self.confusion) / self.images)

    @property
    def scores(self) -> ClassScores:
        """Precision, recall, F1 and support of every class."""
        return precision_recall_f1(self.confusion)

    @property
    def macro(self) -> dict[str, float]:
        """Means of precision, recall and F1 over the classes, each counting the same."""
        return self._means(None)

    @property
    def weighted(self) -> dict[str, float]:
        """The same means, each class counting by its number of images."""
        return self._means(self.scores.support)

    def _means(self, weights: np.ndarray | None) -> dict[str, float]:
        scores = self.scores
        return {
            name: float(np.average(getattr(scores, name), weights=weights))
            for name in ("precision", "recall", "f1")
        }

    def __str__(self) -> str:
        return evaluation_report(self)

    def as_dict(self) -> dict[str, Any]:
        """All figures as JSON values."""
        rows = zip(EMOTIONS, *(column.tolist() for column in self.scores), strict=True)
        return {
            "images": self.images,
            "accuracy": self.accuracy,
            "loss": self.loss,
            "classes": {
                name: dict(zip(ClassScores._fields, row, strict=True)) for name, *row in rows
            },
            "macro": self.macro,
            "weighted": self.weighted,
            "confusion_matrix": self.confusion.tolist(),
        }


def evaluate(model: Sequential, split: Split, *, progress: bool = True) -> Evaluation:
    """Compare what a model predicts with the labels of some images.

    Parameters
    ----------
    model : Sequential
        Compiled or not. Its outputs may stand for the seven emotions in any order.
    split : Split
        Images (uint8) of the size that the model takes, labels in the order of `EMOTIONS`.
    progress : bool
        Show a progress bar, if standard error is a terminal.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the model does not give probabilities of the seven emotions, if images or labels do
        not fit, or if there are none.
    """
    names = class_names(model)
    if set(names) != set(EMOTIONS):
        raise ValueError(
            f"evaluate: {model.name!r} tells {', '.join(names)} apart, "
            f"expected {', '.join(EMOTIONS)}."
        )
    n = len(split)
    if n == 0:
        raise ValueError("evaluate: the split has no images, expected at least one.")
    labels = check_labels(split.labels, len(EMOTIONS), "evaluate")
    columns = [names.index(name) for name in EMOTIONS]
    predicted, log_likelihood = np.empty(n, np.int64), 0.0
    with progress_bar("Evaluating", n, show=progress) as advance:
        for start in range(0, n, _BATCH):
            part = slice(start, start + _BATCH)
            probabilities = predict_probabilities(model, split.images[part])[:, columns]
            predicted[part] = probabilities.argmax(axis=1)
            own = np.take_along_axis(probabilities, labels[part, None], axis=1)
            # A probability that has vanished in float32 counts as the smallest there is.
            floor = np.finfo(probabilities.dtype).tiny
            log_likelihood += float(np.log(np.maximum(own, floor), dtype=np.float64).sum())
            advance(len(own))
    return Evaluation(-log_likelihood / n, confusion_matrix(labels, predicted, len(EMOTIONS)))
