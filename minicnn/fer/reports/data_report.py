"""The contents of a data set, as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from minicnn.data.quality import DataQuality, SplitQuality
from minicnn.fer.reports.tables import as_text, new_table

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["data_report"]

# Characters of a line, and of the bar of the largest class.
_WIDTH, _BAR = 92, 20
# How many items of a long list are named.
_NAMED = 12


def data_report(quality: DataQuality, *, ignored: int = 0) -> str:
    """Return class counts, twins, contradicting labels and blank images as text.

    Parameters
    ----------
    quality : DataQuality
    ignored : int
        How many files of the source were skipped: hidden ones and ``__MACOSX``.
    """
    remarks = _remarks(quality)
    if ignored:
        remarks.append(
            f"{ignored:,} files are skipped: __MACOSX, Thumbs.db, desktop.ini, names that begin "
            "with a dot."
        )
    lines = [
        textwrap.fill(remark, _WIDTH, initial_indent="• ", subsequent_indent="  ")
        for remark in remarks
    ]
    return as_text(_classes(quality), "", _troubles(quality), "", *lines)


def _classes(quality: DataQuality) -> Table:
    """Images of every class, and bars for the training images."""
    table = new_table("images", *quality.splits)
    table.add_column("of training", justify="right")
    table.add_column("")
    train = quality.splits["train"].counts
    for label, name in enumerate(quality.class_names):
        counts = (f"{split.counts[label]:,}" for split in quality.splits.values())
        bar = "█" * round(_BAR * train[label] / train.max())
        table.add_row(name, *counts, f"{train[label] / train.sum():.1%}", bar)
    table.add_section()
    table.add_row("all", *(f"{split.counts.sum():,}" for split in quality.splits.values()))
    return table


def _troubles(quality: DataQuality) -> Table:
    table = new_table("of these", *quality.splits)
    for title, count in _TROUBLES.items():
        table.add_row(title, *(f"{count(split):,}" for split in quality.splits.values()))
    return table


_TROUBLES: dict[str, Callable[[SplitQuality], int]] = {
    "with a twin in the same part": lambda split: split.twins,
    "with a twin among the training images": lambda split: split.twins_in_training,
    "blank": lambda split: len(split.blank),
}


def _remarks(quality: DataQuality) -> list[str]:
    """Return sentences on what the tables do not show, and its consequences."""
    h, w = quality.size
    train, test = quality.splits["train"], quality.splits["test"]
    remarks = [f"All images are read at {h} x {w} pixels."]
    for name, split in quality.splits.items():
        if absent := [c for c, n in zip(quality.class_names, split.counts, strict=True) if not n]:
            remarks.append(f"{name} has no image of {', '.join(absent)}.")
    smallest, largest = train.counts.min(), train.counts.max()
    if 0 < 2 * smallest < largest:
        remarks.append(
            f"The largest class has {largest / smallest:.1f} times the training images of the "
            "smallest; look at the mean F1 of the classes, not only at the accuracy."
        )
    if len(quality.groups) == 0:
        remarks.append("No image has a twin (another image with the same pixels).")
    else:
        remarks.append(
            f"Twins are images with the same pixels: {len(quality.groups):,} groups, "
            f"{quality.groups.sum():,} images together; the largest group has "
            f"{quality.groups[0]:,}. minicnn train never splits twins between training and "
            "validation."
        )
    if quality.contradictions:
        named = [f"{'/'.join(names)} {n}" for names, n in quality.contradictions.items()]
        remarks.append(
            f"Contradicting labels: in {sum(quality.contradictions.values()):,} groups, twins have "
            f"different labels: {_some(named)}."
        )
    if test.twins_in_training:
        remarks.append(
            f"{test.twins_in_training:,} of the {test.counts.sum():,} test images are also among "
            "the training images; minicnn evaluate also reports its results without them."
        )
    for name, split in (("train", train), ("test", test)):
        if len(split.blank):
            labels = [quality.class_names[label] for label in split.blank_labels]
            places = [f"{i} ({c})" for i, c in zip(split.blank, labels, strict=True)]
            remarks.append(f"Blank images of {name}, numbered from 0: {_some(places)}.")
    return remarks


def _some(things: list[str]) -> str:
    more = len(things) - _NAMED
    return ", ".join(things[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
