"""All figures of a run, with their captions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from minicnn.data.dataset import Dataset, Split
from minicnn.fer import figures
from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.figures.confusion import most_confused
from minicnn.layers import Conv2D
from minicnn.model import Model

__all__ = ["RunFigure", "RunResults", "run_figures"]


@dataclass(frozen=True, eq=False)
class RunResults:
    """The data that the figures of a run show.

    Attributes
    ----------
    model : Model
    dataset : Dataset
    split : Split
        The images of `evaluation`.
    evaluation : Evaluation
    without_twins : Evaluation or None
        On the images that have no pixel-identical training image.
    history : mapping of str to sequence of float
        Columns of history.csv; empty if there is none.
    robustness : Robustness or None
    image : ndarray of uint8, shape (h, w, 1)
        The image whose way through the network is shown.
    seed : int
        Determines the images that are chosen.
    """

    model: Model
    dataset: Dataset
    split: Split
    evaluation: Evaluation
    without_twins: Evaluation | None
    history: Mapping[str, Sequence[float]]
    robustness: Robustness | None
    image: np.ndarray
    seed: int = 0


class RunFigure(NamedTuple):
    """A figure that can be drawn again in another theme.

    Attributes
    ----------
    name : str
        Name of its file, without the ending.
    section, caption : str
        The heading above it, and the sentence below it.
    alt : str
        A description for readers who cannot see it.
    draw : callable
    """

    name: str
    section: str
    caption: str
    alt: str
    draw: Callable[[], Figure]


def run_figures(results: RunResults) -> list[RunFigure]:
    """Return the figures of a run, in reading order.

    Figures without data (no history, no robustness, no convolution) are left out.
    """
    r = results
    return [*_data(r), *_training(r), *_predictions(r), *_robustness(r), *_inside(r)]


def _data(r: RunResults) -> list[RunFigure]:
    section, data = "Data", r.dataset
    return [
        RunFigure(
            "samples",
            section,
            "Random training images.",
            "Five training images of each class.",
            lambda: figures.sample_images(data.train, class_names=data.class_names, seed=r.seed),
        ),
        RunFigure(
            "training_distribution",
            section,
            "Training images of each class.",
            _counted("Training images", data.train, data.class_names),
            lambda: figures.training_distribution(data),
        ),
        RunFigure(
            "testing_distribution",
            section,
            "Test images of each class.",
            _counted("Test images", data.test, data.class_names),
            lambda: figures.testing_distribution(data),
        ),
    ]


def _counted(title: str, split: Split, names: Sequence[str]) -> str:
    counts = np.bincount(split.labels, minlength=len(names))
    parts = (f"{name} {count:,}" for name, count in zip(names, counts, strict=True))
    return f"{title}: {', '.join(parts)}."


def _training(r: RunResults) -> list[RunFigure]:
    if not r.history:
        return []
    last = {name: values[-1] for name, values in r.history.items()}
    alt = f"Curves over {len(r.history['loss'])} epochs, ending at a loss of {last['loss']:.3f}"
    best = " The vertical line marks the epoch of best.keras." if "val_accuracy" in last else ""
    if "accuracy" in last:
        alt += f" and an accuracy of {last['accuracy']:.1%}"
    return [
        RunFigure(
            "curves",
            "Training",
            "Loss and accuracy of each epoch. Training values are means over the epoch, with "
            "dropout on." + best,
            alt + ".",
            lambda: figures.training_curves(r.history),
        )
    ]


def _predictions(r: RunResults) -> list[RunFigure]:
    section, e = "Predictions", r.evaluation
    worst = "; ".join(f"{a} taken for {b} {n:,} times" for a, b, n, _ in most_confused(e, 3))
    return [
        RunFigure(
            "confusion",
            section,
            "How often the class of a row was taken for that of a column.",
            "Confusion matrix; the table of counts is at the end of this section.",
            lambda: figures.confusion_figure(e),
        ),
        RunFigure(
            "confusion_normalised",
            section,
            "The same as shares of each row; the diagonal is the recall.",
            "Confusion matrix by rows; the diagonal is the recall in the table of scores.",
            lambda: figures.confusion_figure(e, normalised=True),
        ),
        RunFigure(
            "confused_pairs",
            section,
            "The most frequent mistakes.",
            f"Bars: {worst or 'no mistakes'}.",
            lambda: figures.confused_pairs(e),
        ),
        RunFigure(
            "reliability",
            section,
            "Bars below the line mean overconfidence. Below: the number of images in each bin.",
            "Accuracy by confidence in 15 bins; expected calibration error "
            f"{e.calibration_error:.1%}.",
            lambda: figures.reliability_diagram(e),
        ),
        RunFigure(
            "misclassified",
            section,
            "Wrong predictions: the true class, the predicted one and its probability.",
            "The misclassified images of which the model was most confident.",
            lambda: figures.misclassified_images(r.split, e),
        ),
        RunFigure(
            "true_against_predicted",
            section,
            "Random images, and the probability of each class.",
            "Six images, each beside a bar for each probability.",
            lambda: figures.true_against_predicted(r.split, e, seed=r.seed),
        ),
    ]


def _robustness(r: RunResults) -> list[RunFigure]:
    result, section = r.robustness, "Robustness"
    if result is None:
        return []
    ends = ", ".join(f"{name} {values[-1]:.1%}" for name, values in result.accuracy.items())
    return [
        RunFigure(
            "robustness",
            section,
            "Accuracy by severity; 0 means the unchanged images.",
            f"Curves that fall from {result.clean:.1%}; at the highest severity: {ends}.",
            lambda: figures.robustness_curves(result, classes=len(r.dataset.class_names)),
        ),
        RunFigure(
            "corruptions",
            section,
            "Examples of each severity; the numbers are levels, in the unit on the left.",
            "One image under every corruption and severity.",
            lambda: figures.corrupted_images(r.image, seed=result.seed),
        ),
    ]


def _inside(r: RunResults) -> list[RunFigure]:
    section, model = "Inside the network", r.model
    maps = RunFigure(
        "feature_maps",
        section,
        "The output of every layer for one image. Where there are many maps, those that vary most "
        "are shown, each on its own scale.",
        "Rows of small pictures, one row for each layer, coarser from row to row.",
        lambda: figures.feature_maps(model, r.image),
    )
    if not any(isinstance(layer, Conv2D) for layer in model.layers):
        return [maps]
    return [
        RunFigure(
            "filters",
            section,
            "The filters of the first convolution: red is positive, blue is negative.",
            "A grid of small squares in red and blue.",
            lambda: figures.learned_filters(model),
        ),
        maps,
        RunFigure(
            "grad_cam",
            section,
            "Bright areas raise the score of that class; each map has its own scale. An all-dark "
            "map means that nothing raises the score.",
            "One image, once for each class, under a heat map for it.",
            lambda: figures.grad_cam_figure(model, r.image),
        ),
    ]
