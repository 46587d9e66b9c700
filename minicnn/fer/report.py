"""Tables for people: the figures of an evaluation, the predictions for some files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from minicnn.fer.labels import EMOTIONS

if TYPE_CHECKING:
    from rich.table import Table

    from minicnn.fer.evaluate import Evaluation
    from minicnn.fer.predict import Prediction

__all__ = ["evaluation_report", "prediction_table"]


def evaluation_report(evaluation: Evaluation) -> str:
    """Return the figures of an evaluation as text: scores of every class, confusion matrix."""
    scores = _table("", "precision", "recall", "F1", "images")
    for name, *row, support in zip(EMOTIONS, *evaluation.scores, strict=True):
        scores.add_row(name, *(f"{value:.3f}" for value in row), f"{support:,}")
    scores.add_section()
    for title, means in (("mean", evaluation.macro), ("weighted mean", evaluation.weighted)):
        row = [f"{value:.3f}" for value in means.values()]
        scores.add_row(title, *row, f"{evaluation.images:,}")
    confusion = _table("", *EMOTIONS)
    for name, counts in zip(EMOTIONS, evaluation.confusion, strict=True):
        confusion.add_row(name, *(f"{count:,}" for count in counts))
    head = (
        f"{evaluation.images:,} images: accuracy {evaluation.accuracy:.2%}, "
        f"loss {evaluation.loss:.4f}"
    )
    title = "How often the emotion of a row was taken for that of a column:"
    return _text(head, "", scores, "", title, "", confusion)


def prediction_table(predictions: Iterable[tuple[str, Prediction]]) -> str:
    """Return predictions as text: a row for each file, with the second guess at its end."""
    table = _table("file", "emotion", "confidence", "or")
    for file, prediction in predictions:
        second = prediction.ranking[1:2]
        runner_up = [f"{name} ({prediction.probabilities[name]:.1%})" for name in second]
        table.add_row(file, prediction.label, f"{prediction.confidence:.1%}", *runner_up)
    return _text(table)


def _table(first: str, *others: str) -> Table:
    from rich.box import SIMPLE_HEAD  # slow to import, and only people need it
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _text(*parts: Any) -> str:
    """Lay out tables and lines as plain text, as wide as need be."""
    from rich.console import Console

    text = io.StringIO()
    # File names are shown as they are: no "[bold]" or ":smile:" in them means anything.
    console = Console(file=text, width=10_000, highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in text.getvalue().rstrip().splitlines())
