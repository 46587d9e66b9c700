"""A model's accuracy on corrupted images, by corruption and severity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.classification import bootstrap_interval
from minicnn.data.corruptions import CORRUPTIONS, corrupt
from minicnn.data.dataset import Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.image_batches import to_inputs
from minicnn.fer.evaluation.evaluate import Evaluation, class_columns, evaluate
from minicnn.fer.models.expectations import expectations
from minicnn.model import Model
from minicnn.progress import progress_bar
from minicnn.random import Key, check_seed

__all__ = ["Robustness", "robustness"]

# Images computed at once.
_BATCH = 32


@dataclass(frozen=True)
class Robustness:
    """Accuracies of a model on corrupted images.

    Attributes
    ----------
    images, seed : int
        Number of images, and the seed of the random numbers.
    clean : float
        Accuracy on the unchanged images.
    accuracy : dict of str to tuple of float
        By corruption, for each of its levels in `CORRUPTIONS`.
    """

    images: int
    seed: int
    clean: float
    accuracy: dict[str, tuple[float, ...]]

    def interval(self, accuracy: float) -> tuple[float, float]:
        """Bootstrap interval of an accuracy on these images, 95 %."""
        return bootstrap_interval(round(accuracy * self.images), self.images)

    def fits(self, evaluation: Evaluation) -> bool:
        """Whether it is from the same model and images, as far as the numbers show."""
        # Another processor may turn a few images that are on the edge.
        near = abs(self.clean - evaluation.accuracy) * self.images <= 3.5
        return self.images == evaluation.images and near

    def as_dict(self) -> dict[str, Any]:
        """Return all results as JSON values."""
        return {
            "images": self.images,
            "seed": self.seed,
            "clean_accuracy": self.clean,
            "clean_accuracy_interval_95": list(self.interval(self.clean)),
            "corruptions": {
                name: {
                    "unit": CORRUPTIONS[name].unit,
                    "levels": list(CORRUPTIONS[name].levels),
                    "accuracy": list(values),
                    "accuracy_interval_95": [list(self.interval(value)) for value in values],
                }
                for name, values in self.accuracy.items()
            },
        }

    @classmethod
    def from_dict(cls, written: dict[str, Any]) -> Robustness:
        """Make a Robustness from the dict of :meth:`as_dict`.

        Raises
        ------
        ValueError
            If it is something else, or has other levels.
        """
        try:
            parts = written["corruptions"]
            if all(tuple(p["levels"]) == CORRUPTIONS[name].levels for name, p in parts.items()):
                accuracy = {n: tuple(map(float, part["accuracy"])) for n, part in parts.items()}
                return cls(written["images"], written["seed"], written["clean_accuracy"], accuracy)
        except (KeyError, TypeError, AttributeError, ValueError):
            pass
        raise ValueError("not written by minicnn robustness, expected its json.")


def robustness(
    model: Model,
    split: Split,
    *,
    class_names: Sequence[str] = EMOTIONS,
    only: Sequence[str] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Robustness:
    """Measure the accuracy of a model on corrupted images.

    Images are corrupted in their own size, then prepared as the model expects.

    Parameters
    ----------
    model, split, class_names
        As for :func:`~minicnn.fer.evaluation.evaluate.evaluate`.
    only : sequence of str, optional
        Names of `CORRUPTIONS`; all if not given.
    seed : int
        Determines every random number: the same seed corrupts image i in the same way.
    progress : bool
        Show a progress bar, if standard error is a terminal.

    Returns
    -------
    Robustness

    Raises
    ------
    ValueError
        As :func:`~minicnn.fer.evaluation.evaluate.evaluate`, or if a name is unknown or the seed
        out of range.
    """
    names = tuple(CORRUPTIONS) if only is None else tuple(only)
    for name in names:
        if name not in CORRUPTIONS:
            raise ValueError(
                f"robustness: expected some of {', '.join(CORRUPTIONS)}, got {name!r}."
            )
    check_seed(seed)
    clean = evaluate(model, split, class_names=class_names, progress=progress)
    columns, expected = class_columns(model, class_names), expectations(model)
    places = {name: CORRUPTIONS[name].levels for name in names}
    right = {name: np.zeros(len(levels), int) for name, levels in places.items()}
    total = clean.images * sum(map(len, places.values()))
    with progress_bar("Corrupting and predicting", total, show=progress) as advance:
        for start in range(0, clean.images, _BATCH):
            x = to_inputs(split.images[start : start + _BATCH])
            true = clean.labels[start : start + _BATCH]
            key = Key(seed, 0, np.arange(start, start + len(x)))
            for name, levels in places.items():
                for place, level in enumerate(levels):
                    spoiled = expected.inputs(corrupt(x, name, level, key))
                    predicted = model.predict(spoiled)[:, columns].argmax(axis=1)
                    right[name][place] += np.sum(predicted == true)
                    advance(len(x))
    accuracy = {name: tuple((counts / clean.images).tolist()) for name, counts in right.items()}
    return Robustness(clean.images, seed, clean.accuracy, accuracy)
