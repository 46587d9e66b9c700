"""The results of a run: the last model and the best one, each measured on the test images."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from minicnn.callbacks import History
from minicnn.data.dataset import Dataset
from minicnn.fer.evaluation.evaluate import Evaluation, evaluate
from minicnn.fer.runs.folder import RunFolder
from minicnn.loading import load_model
from minicnn.model import Model

__all__ = ["BestEpoch", "Run", "measure_run"]


class BestEpoch(NamedTuple):
    """The epoch with the best model, and the results of that model on the test images."""

    epoch: int
    val_accuracy: float
    test: Evaluation


class Run(NamedTuple):
    """The results of a training.

    Attributes
    ----------
    model : Model
        After the last epoch.
    history : History
        Losses and metrics of the epochs.
    test : Evaluation
        Of `model`, on the test images.
    best : BestEpoch or None
        None if there were no validation images.
    """

    model: Model
    history: History
    test: Evaluation
    best: BestEpoch | None


def measure_run(
    folder: RunFolder, model: Model, history: History, dataset: Dataset, *, progress: bool
) -> Run:
    """Evaluate the last model of a run, and the best one that its folder holds."""
    names = dataset.class_names
    test = evaluate(model, dataset.test, class_names=names, progress=progress)
    accuracies = history.history.get("val_accuracy")
    if not accuracies:
        return Run(model, history, test, None)
    epoch = int(np.argmax(accuracies))
    model_then = load_model(folder.best)
    best = evaluate(model_then, dataset.test, class_names=names, progress=progress)
    return Run(model, history, test, BestEpoch(epoch + 1, accuracies[epoch], best))
