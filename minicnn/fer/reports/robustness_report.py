"""Accuracies on corrupted images: a table for people, csv for programs."""

from __future__ import annotations

from minicnn.data.corruptions import CORRUPTIONS
from minicnn.fer.evaluation.robustness import Robustness
from minicnn.fer.reports.tables import as_text, new_table

__all__ = ["robustness_csv", "robustness_report"]


def robustness_report(result: Robustness) -> str:
    """Return the accuracies as text: a row for each corruption, a column for each severity."""
    severities = range(1, max(map(len, result.accuracy.values()), default=0) + 1)
    table = new_table("accuracy at severity", *map(str, severities), "mean")
    table.columns[0].min_width = max(len(_title(name)) for name in result.accuracy)
    for name, values in result.accuracy.items():
        gaps = [""] * (len(severities) - len(values))
        table.add_row(_title(name), *(f"{level:g}" for level in CORRUPTIONS[name].levels))
        mean = f"{sum(values) / len(values):.1%}"
        table.add_row("", *(f"{value:.1%}" for value in values), *gaps, mean)
        table.add_section()
    low, high = result.interval(result.clean)
    clean = (
        f"Uncorrupted, {result.clean:.2%} of {result.images:,} images are right "
        f"(95 % interval {low:.2%} to {high:.2%})."
    )
    return as_text(clean, "", table)


def _title(name: str) -> str:
    return f"{name} ({CORRUPTIONS[name].unit})"


def robustness_csv(result: Robustness) -> str:
    """Return the accuracies as csv, a corruption and level in each row; the first is "none".

    Columns corruption, severity (from 1), level, accuracy, and the ends of its 95 % interval.
    """
    columns = ("corruption", "severity", "level", "accuracy", "interval_95_low", "interval_95_high")
    points = [("none", 0, 0.0, result.clean)] + [
        (name, severity, level, value)
        for name, values in result.accuracy.items()
        for severity, (level, value) in enumerate(
            zip(CORRUPTIONS[name].levels, values, strict=True), start=1
        )
    ]
    rows = [columns, *((*point, *result.interval(point[3])) for point in points)]
    return "".join(",".join(map(str, row)) + "\n" for row in rows)
