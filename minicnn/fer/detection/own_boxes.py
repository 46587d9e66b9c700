"""Boxes that the user says faces are in, instead of a detector."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from minicnn.fer.detection.face import Box, DetectedFace
from minicnn.files import one_line_errors

__all__ = ["checked_boxes", "read_boxes"]

_PLACE = ("x", "y", "width", "height")


def checked_boxes(
    boxes: Iterable[Sequence[float]], size: tuple[int, int], *, name: str = "the photo"
) -> list[DetectedFace]:
    """Return boxes as faces of a photo, in their order.

    Parameters
    ----------
    boxes : iterable of (x, y, width, height)
        In pixels of the upright photo, from its upper left corner; fractions are rounded. What
        lies outside the photo is cut off.
    size : (int, int)
        Width and height of the photo.
    name : str
        What error messages call it.

    Raises
    ------
    ValueError
        If a box is not four numbers, has no area, or lies outside the photo.
    """
    faces = []
    for box in boxes:
        try:
            values = [float(value) for value in box]
        except (TypeError, ValueError):
            values = []
        if len(values) != 4 or not all(map(math.isfinite, values)):
            raise ValueError(f"{name}: a box is x, y, width and height, got {box!r}.")
        left, top, width, height = map(round, values)
        x, y = max(0, left), max(0, top)
        right, bottom = min(size[0], left + width), min(size[1], top + height)
        if width < 1 or height < 1 or x >= right or y >= bottom:
            raise ValueError(
                f"the box {left}, {top}, {width}, {height} (x, y, width, height) holds no pixel of "
                f"{name}, which has {size[0]} x {size[1]} pixels."
            )
        faces.append(DetectedFace(Box(x, y, right - x, bottom - y)))
    return faces


@one_line_errors()
def read_boxes(path: str | os.PathLike[str]) -> dict[str, list[tuple[float, ...]]]:
    """Read a csv file of boxes, such as ``minicnn predict --faces --csv`` writes.

    Parameters
    ----------
    path : path
        Columns ``file``, ``x``, ``y``, ``width`` and ``height``, in any order and among others; a
        row for each face. A photo without faces has a row with its name only.

    Returns
    -------
    dict of str to list of (x, y, width, height)
        The boxes of each photo, in the order of the rows.

    Raises
    ------
    ValueError
        If a column is missing, or a row has no file or not four numbers.
    OSError
        If the file cannot be read.
    """
    boxes: dict[str, list[tuple[float, ...]]] = {}
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in ("file", *_PLACE) if name not in (rows.fieldnames or ())]
            if missing:
                raise ValueError(
                    f"{path} has no column {', '.join(missing)}, expected csv with a first line "
                    f"such as file,{','.join(_PLACE)}."
                )
            for row in rows:
                name = row["file"]
                if not name:
                    raise ValueError(f"{path}, line {rows.line_num}: file is empty.")
                found = boxes.setdefault(name, [])
                texts = [(row[column] or "").strip() for column in _PLACE]
                if any(texts):
                    found.append(_numbers(texts, f"{path}, line {rows.line_num}"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not csv in UTF-8 ({error.reason}).") from error
    except csv.Error as error:
        raise ValueError(f"{path} is not csv ({error}).") from error
    return boxes


def _numbers(texts: list[str], where: str) -> tuple[float, ...]:
    try:
        numbers = tuple(map(float, texts))
    except ValueError:
        numbers = ()
    if not numbers or not all(map(math.isfinite, numbers)):
        raise ValueError(
            f"{where}: expected numbers for {', '.join(_PLACE)}, got {', '.join(texts)}."
        )
    return numbers
