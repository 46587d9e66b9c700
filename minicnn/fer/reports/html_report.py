"""A page about a run: its results as tables and figures, in a single self-contained file."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from matplotlib.figure import Figure

from minicnn.data.corruptions import CORRUPTIONS
from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.figures.of_run import RunFigure, RunResults
from minicnn.fer.figures.style import theme
from minicnn.fer.reports.evaluation_report import SUMMARY
from minicnn.fer.reports.html_page import page, picture, table

__all__ = ["as_png", "html_report"]


def as_png(draw: Callable[[], Figure], look: str = "light") -> bytes:
    """Draw a figure in a theme and return it as a PNG."""
    encoded = io.BytesIO()
    with theme(look):
        draw().savefig(encoded, format="png")
    return encoded.getvalue()


def html_report(
    title: str,
    results: RunResults,
    figures: list[RunFigure],
    *,
    light: Mapping[str, bytes],
    record: Mapping[str, Any],
    advance: Callable[[int], None] = lambda done: None,
) -> str:
    """Return the report of a run as self-contained html.

    Parameters
    ----------
    title : str
        The model and the data.
    results : RunResults
    figures : list of RunFigure
        From :func:`~minicnn.fer.figures.of_run.run_figures`.
    light : mapping of str to bytes
        Every figure by its name, as a PNG in the light theme; the dark ones are drawn here.
    record : mapping
        The run's run.json, or nothing.
    advance : callable
        Called after each figure.
    """
    sections: dict[str, list[str]] = {"Results": _results(results)}
    for figure in figures:
        png = light[figure.name]
        element = picture(
            png,
            as_png(figure.draw, "dark"),
            size=struct.unpack(">II", png[16:24]),  # width and height, from the PNG's header
            alt=figure.alt,
            caption=figure.caption,
        )
        sections.setdefault(figure.section, []).append(element)
        advance(1)
    if results.history:
        sections["Training"].append(_epochs(results.history))
    sections["Predictions"].append(_confusion(results))
    if results.robustness is None:
        words = "<p>Not measured. <code>minicnn robustness</code> writes robustness.json.</p>"
        sections["Robustness"] = [words]
    else:
        sections["Robustness"].append(_robustness(results.robustness))
    if record:
        sections["How it was made"] = [_record(record)]
    e = results.evaluation
    low, high = e.interval
    lead = (
        f"{e.accuracy:.2%} of {e.images:,} images are right "
        f"(95 % interval {low:.2%} to {high:.2%})."
    )
    return page(title, lead, sections.items())


def _results(results: RunResults) -> list[str]:
    e = results.evaluation
    parts = {"all images": e}
    if results.without_twins is not None:
        parts["without twins"] = results.without_twins
    whole = [(name.strip(), *map(write, parts.values())) for name, write in SUMMARY.items()]
    scores = [
        (name, *(f"{value:.3f}" for value in row), f"{support:,}")
        for name, *row, support in zip(e.class_names, *e.scores, strict=True)
    ]
    for name, means in (("mean", e.macro), ("weighted mean", e.weighted)):
        scores.append((name, *(f"{value:.3f}" for value in means.values()), f"{e.images:,}"))
    head = ("class", "precision", "recall", "F1", "images")
    twins = "Twins are images that equal a training image pixel by pixel."
    caption = "Figures" if len(parts) == 1 else f"Figures. {twins}"
    return [table(caption, ("", *parts), whole), table("Each class", head, scores)]


def _epochs(history: Mapping[str, Any]) -> str:
    rows = zip(*history.values(), strict=True)
    lines = [
        (str(epoch), *(f"{value:.4g}" for value in row)) for epoch, row in enumerate(rows, start=1)
    ]
    content = table("Epochs", ("epoch", *(name.replace("_", " ") for name in history)), lines)
    return f"<details><summary>All epochs as a table</summary>{content}</details>"


def _confusion(results: RunResults) -> str:
    names = results.evaluation.class_names
    counts = zip(names, results.evaluation.confusion, strict=True)
    rows = [(name, *(f"{count:,}" for count in row)) for name, row in counts]
    caption = "How often the class of a row was taken for that of a column"
    return table(caption, ("true", *names), rows)


def _robustness(result: Robustness) -> str:
    points = [("as they are", "0", result.clean)] + [
        (f"{name}, {CORRUPTIONS[name].unit} {level:g}", str(severity), value)
        for name, values in result.accuracy.items()
        for severity, (level, value) in enumerate(
            zip(CORRUPTIONS[name].levels, values, strict=True), start=1
        )
    ]
    rows = [
        (*point, f"{value:.1%}", "{:.1%} to {:.1%}".format(*result.interval(value)))
        for *point, value in points
    ]
    caption = f"Accuracy by corruption and level, of {result.images:,} images"
    return table(caption, ("corruption", "severity", "accuracy", "95 % interval"), rows)


def _record(record: Mapping[str, Any]) -> str:
    return table("From run.json", ("", "value"), _flat(record))


def _flat(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Name every value by its place: "arguments: optimizer: name"."""
    for key, value in record.items():
        name = above + key.replace("_", " ")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}: ")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield from _flat({str(place): item for place, item in enumerate(value, 1)}, f"{name} ")
        else:
            yield name, _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.5g}" if isinstance(value, float) else str(value)
