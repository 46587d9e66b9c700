"""The results of an evaluation: tables for people, csv for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from minicnn.fer.evaluation.evaluate import Evaluation
from minicnn.fer.reports.tables import as_text, new_table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["SUMMARY", "evaluation_csv", "evaluation_report"]


def evaluation_report(evaluation: Evaluation, without_twins: Evaluation | None = None) -> str:
    """Return the results of an evaluation as text.

    Parameters
    ----------
    evaluation : Evaluation
        On all images.
    without_twins : Evaluation, optional
        On the images that are not among the training images, for a second column.
    """
    columns = {"all images": evaluation}
    if without_twins is not None:
        columns["without twins"] = without_twins
    summary = new_table("", *columns)
    for title, write in SUMMARY.items():
        summary.add_row(title, *map(write, columns.values()))
    return as_text(summary, "", _scores(evaluation), "", _CONFUSION, "", _confusion(evaluation))


_CONFUSION = "How often the class of a row was taken for that of a column:"

#: The metrics over all images, and how they are written.
SUMMARY: dict[str, Callable[[Evaluation], str]] = {
    "images": lambda e: f"{e.images:,}",
    "accuracy": lambda e: f"{e.accuracy:.2%}",
    "  95 % interval": lambda e: "{:.2%} to {:.2%}".format(*e.interval),
    "top-2 accuracy": lambda e: f"{e.top_2_accuracy:.2%}",
    "loss": lambda e: f"{e.loss:.4f}",
    "calibration error": lambda e: f"{e.calibration_error:.4f}",
    "time per image": lambda e: f"{1000 * e.seconds:.2f} ms",
}


def _scores(evaluation: Evaluation) -> Table:
    """Precision, recall, F1 of every class, and their means."""
    table = new_table("", "precision", "recall", "F1", "images")
    for name, *row, support in zip(evaluation.class_names, *evaluation.scores, strict=True):
        table.add_row(name, *(f"{value:.3f}" for value in row), f"{support:,}")
    table.add_section()
    for title, means in (("mean", evaluation.macro), ("weighted mean", evaluation.weighted)):
        row = [f"{value:.3f}" for value in means.values()]
        table.add_row(title, *row, f"{evaluation.images:,}")
    return table


def _confusion(evaluation: Evaluation) -> Table:
    table = new_table("", *evaluation.class_names)
    for name, counts in zip(evaluation.class_names, evaluation.confusion, strict=True):
        table.add_row(name, *(f"{count:,}" for count in counts))
    return table


def evaluation_csv(parts: Mapping[str, Evaluation]) -> str:
    """Return the results of evaluations as csv, a number in each row.

    Parameters
    ----------
    parts : mapping of str to Evaluation
        Evaluations by the name of their images, such as "all" and "without twins".

    Returns
    -------
    str
        Columns part, figure, class, predicted and value. ``class`` is empty for a number of the
        whole; ``predicted`` is filled for the counts of the confusion matrix.
    """
    rows = [("part", "figure", "class", "predicted", "value")]
    for part, evaluation in parts.items():
        values = evaluation.as_dict()
        low, high = values.pop("accuracy_interval_95")
        values |= {"accuracy_interval_95_low": low, "accuracy_interval_95_high": high}
        for average in ("macro", "weighted"):
            means = values.pop(average)
            values |= {f"{average}_{name}": value for name, value in means.items()}
        classes, confusion = values.pop("classes"), values.pop("confusion_matrix")
        rows += [(part, name, "", "", value) for name, value in values.items()]
        for (true, scores), counts in zip(classes.items(), confusion, strict=True):
            rows += [(part, name, true, "", value) for name, value in scores.items()]
            rows += [
                (part, "count", true, predicted, count)
                for predicted, count in zip(classes, counts, strict=True)
            ]
    return "".join(",".join(map(str, row)) + "\n" for row in rows)
