"""Predictions for many files, line by line: a table for people, csv, JSON.

Each function takes an iterable of `Result` and yields lines without line endings; it holds only one
result at a time.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from minicnn.fer.prediction.photos import Face, Photo
from minicnn.fer.prediction.predict import UNSURE_BELOW, Prediction

__all__ = ["Result", "csv_lines", "json_lines", "printable", "table_lines"]

#: A file, and its result: one prediction for the whole image, its faces, or a reading error.
Result: TypeAlias = tuple[str, Prediction | Photo | Exception]

_GAP = "   "
_NO_FACE = "no face found"


def printable(name: str) -> str:
    """Return a file name with "?" for each character that a terminal would not print but obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def table_lines(
    results: Iterable[Result], files: Sequence[str], class_names: Sequence[str], *, faces: bool
) -> Iterator[str]:
    """Lay out predictions as a table; the caller reports files that could not be read.

    Parameters
    ----------
    results : iterable of Result
    files, class_names : sequence of str
        All possible values, for the widths of the columns.
    faces : bool
        Whether the results are photos with faces.
    """
    from rich.cells import cell_len, set_cell_size  # slow to import, and only people need it

    titles = ["file", "face", "x, y, size", "emotion", "confidence", "", "next"]
    widths = [
        max(cell_len(printable(name)) for name in ("file", *files)),
        len("face"),
        len("10000, 10000, 10000"),
        max(len("emotion"), *map(cell_len, class_names)),
        len("confidence"),
        len("unsure"),
        max(map(cell_len, class_names), default=0) + len(" (50.0%)"),
    ]
    shown = [0, *((1, 2) if faces else ()), 3, 4, 5, 6]

    def line(cells: Sequence[str]) -> str:
        laid = (set_cell_size(cells[column], widths[column]) for column in shown)
        return _GAP.join(laid).rstrip()

    begun = unsure = False
    for file, found in results:
        if isinstance(found, Exception):
            continue
        if not begun:
            begun = True
            yield line(titles)
            yield "─" * sum(widths[column] + len(_GAP) for column in shown)
        name = printable(file)
        if isinstance(found, Prediction):
            rows = [("", "", found)]
        else:
            rows = [
                (str(number), "{}, {}, {}".format(*face.box), face.prediction)
                for number, face in enumerate(found.faces, 1)
            ]
        for number, place, prediction in rows:
            unsure |= prediction.unsure
            yield line([name, number, place, *_cells(prediction)])
        if not rows:
            yield _GAP.join((set_cell_size(name, widths[0]), _NO_FACE))
    if unsure:
        yield ""
        yield f"unsure: below {UNSURE_BELOW:.0%}, so the other emotions together are more probable."


def _cells(prediction: Prediction) -> list[str]:
    second = [f"{name} ({prediction.probabilities[name]:.1%})" for name in prediction.ranking[1:2]]
    return [
        prediction.label,
        f"{prediction.confidence:10.1%}",
        "unsure" if prediction.unsure else "",
        "".join(second),
    ]


def csv_lines(
    results: Iterable[Result], class_names: Sequence[str], *, faces: bool
) -> Iterator[str]:
    """Write predictions as csv: a row for each file, or for each face.

    A file without faces and a file that could not be read also have a row; the latter has the
    reason in the column ``error``.
    """
    place = ["face", "x", "y", "width", "height"] if faces else []
    told = ["emotion", "confidence", "unsure", *class_names]
    columns = ["file", *place, *told, "error"]
    line = io.StringIO(newline="")
    writer = csv.DictWriter(line, columns, restval="", lineterminator="\n")

    def written(row: dict[str, Any]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow(row)
        return line.getvalue().removesuffix("\n")

    yield written(dict(zip(columns, columns, strict=True)))
    for file, found in results:
        if isinstance(found, Exception):
            yield written({"file": file, "error": str(found)})
        elif isinstance(found, Prediction):
            yield written({"file": file} | _flat(found))
        else:
            for number, face in enumerate(found.faces, 1):
                yield written(
                    {"file": file, "face": number} | face.box._asdict() | _flat(face.prediction)
                )
            if not found.faces:
                yield written({"file": file})


def _flat(prediction: Prediction) -> dict[str, Any]:
    values = _values(prediction)
    probabilities = values.pop("probabilities")
    return values | {"unsure": str(prediction.unsure).lower()} | probabilities


def json_lines(results: Iterable[Result]) -> Iterator[str]:
    """Write predictions as a JSON array: an object for each file, with its faces if asked for."""
    before = "["
    for file, found in results:
        entry: dict[str, Any] = {"file": file}
        if isinstance(found, Exception):
            entry["error"] = str(found)
        elif isinstance(found, Prediction):
            entry |= _values(found)
        else:
            entry["faces"] = [_face(face) for face in found.faces]
        yield before + json.dumps(entry)
        before = ","
    yield "]" if before == "," else "[]"


def _face(face: Face) -> dict[str, Any]:
    return face.box._asdict() | _values(face.prediction)


def _values(prediction: Prediction) -> dict[str, Any]:
    return {
        "emotion": prediction.label,
        "confidence": prediction.confidence,
        "unsure": prediction.unsure,
        "probabilities": prediction.probabilities,
    }
