"""Images in csv files whose pixels are numbers, as FER2013, CK+ and others are passed on.

A table has a column of pixels, one of emotions (numbers of FER2013, or names) and may have one for
what a row is used for. FER+'s table of votes may lie beside FER2013's.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import numpy as np

from minicnn.data.csv_images import Columns, parse_pixels, read_rows
from minicnn.data.file_kinds import describe_kind
from minicnn.data.trees import Tree, open_entry
from minicnn.fer.datasets.class_folders import part_of
from minicnn.fer.datasets.emotion_names import CSV_NUMBERS, FER_PLUS
from minicnn.fer.datasets.label_lists import csv_rows, majority

__all__ = ["Table", "find_tables", "native_side", "open_table", "read_table"]

_MAX_CSV_BYTES = 1024**3
_ENDINGS = (".csv", ".csv.gz")
_KNOWN_NAMES = ("fer2013.csv", "icml_face_data.csv", "fer2013.csv.gz", "icml_face_data.csv.gz")
_VOTES_NAME = "fer2013new.csv"
_LABEL_NAMES = ("emotion", "label", "class", "emotions", "labels")
_PART_NAMES = ("usage", "split", "set")
#: FER2013's words for what a row is for, beside those of folders.
_USAGES = {"Training": "train", "PrivateTest": "PrivateTest", "PublicTest": "PublicTest"}


class Table(NamedTuple):
    """A csv file with images in it.

    Attributes
    ----------
    name : str
        The file, from the top of its tree.
    columns : Columns
    part : str or None
        What the file's name says its images are for.
    votes : str or None
        FER+'s table with a row for each of its rows.
    """

    name: str
    columns: Columns
    part: str | None
    votes: str | None


def find_tables(tree: Tree, files: Sequence[str]) -> list[Table]:
    """Find the csv files that hold images.

    FER2013's own names come first; else every table with pixels and labels counts, if each says by
    its name what it is for.

    Raises
    ------
    ValueError
        If there are several and their names do not say what they are for.
    """
    tables = []
    votes = next((name for name in files if _base(name) == _VOTES_NAME), None)
    candidates = [name for name in files if name.casefold().endswith(_ENDINGS)]
    for name in sorted(candidates, key=lambda name: _base(name) not in _KNOWN_NAMES):
        columns = _columns(tree, name)
        if columns is None:
            continue
        if _base(name) in _KNOWN_NAMES:
            return [Table(name, columns, None, votes)]
        stem = _base(name).partition(".")[0]
        tables.append(Table(name, columns, part_of(stem), None))
    if len(tables) > 1 and not all(table.part for table in tables):
        named = ", ".join(table.name for table in tables)
        raise ValueError(
            f"{tree.title}: {named} all hold images, expected one of them, or names such as "
            "train.csv and test.csv."
        )
    return tables


def _columns(tree: Tree, name: str) -> Columns | None:
    """Return the columns of a table; None if it holds no labelled images."""
    with open_table(tree, name, _MAX_CSV_BYTES) as (file, _):
        head = file.readline(10_000).decode("utf-8-sig", errors="replace")
    cells = [cell.strip() for cell in next(csv_rows(head, name), [])]
    known = {cell.casefold(): cell for cell in cells}
    label = next((known[word] for word in _LABEL_NAMES if word in known), None)
    part = next((known[word] for word in _PART_NAMES if word in known), None)
    return Columns(label, known["pixels"], part) if label and "pixels" in known else None


def read_table(
    tree: Tree, table: Table, advance: Callable[[int], None] = lambda done: None
) -> tuple[np.ndarray, list[str], list[str | None], list[str]]:
    """Read the images of a table in their own size.

    Returns
    -------
    images : ndarray of uint8, shape (n, h, h, 1)
    labels : list of str
    parts : list of str or None
        "train", "validation", "test", FER2013's "PrivateTest" and "PublicTest", or None.
    names : list of str
        The lines, as "line 2".

    Raises
    ------
    ValueError
        If a row is damaged; the message names its line.
    """
    title = os.path.join(tree.title, table.name)
    votes = None if table.votes is None else _votes(tree, table.votes)
    pixels: list[bytes] = []
    labels: list[str] = []
    parts: list[str | None] = []
    names: list[str] = []
    side, rows = 0, 0
    with open_table(tree, table.name, _MAX_CSV_BYTES) as (file, _):
        for line, label, text, usage in read_rows(file, title, table.columns):
            where = f"{title}, line {line}"
            side = side or _side(text)
            image = parse_pixels(text, (side, side), where)
            advance(len(text))
            rows += 1
            emotion = _label(label, where) if votes is None else _voted(votes, rows, where)
            if emotion is None:
                continue
            pixels.append(image)
            labels.append(emotion)
            parts.append(_part(usage, where) if usage else table.part)
            names.append(f"line {line}")
    images = np.frombuffer(bytearray().join(pixels), np.uint8)
    return images.reshape(len(pixels), side, side, 1), labels, parts, names


def native_side(tree: Tree, table: Table) -> int:
    """Return height and width of the images of a table, by its first row; 0 if it has none."""
    title = os.path.join(tree.title, table.name)
    with open_table(tree, table.name, _MAX_CSV_BYTES) as (file, _):
        for _, _, text, _ in read_rows(file, title, table.columns):
            return _side(text)
    return 0


def _side(text: str) -> int:
    # Rounded: a row that lacks a pixel is of no other size, and is rejected for what it lacks.
    return round(math.sqrt(len(text.split())))


def _label(label: str, where: str) -> str:
    if not label:
        raise ValueError(f"{where}: the label is empty.")
    if label.isdecimal():
        if label not in CSV_NUMBERS:
            raise ValueError(
                f"{where}: the label is {label!r}, expected one of {', '.join(CSV_NUMBERS)}."
            )
        return CSV_NUMBERS[label]
    return label


def _part(usage: str, where: str) -> str:
    part = _USAGES.get(usage) or part_of(usage)
    if part is None:
        raise ValueError(f"{where}: usage is {usage!r}, expected one of {', '.join(_USAGES)}.")
    return part


def _votes(tree: Tree, name: str) -> list[list[float]]:
    """Return the ten numbers of votes of every row."""
    with open_entry(tree, name, _MAX_CSV_BYTES) as (file, size):
        text = file.read(size).decode("utf-8-sig", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=None))
    try:
        rows = [
            {(key or "").strip().casefold(): cell for key, cell in row.items()} for row in reader
        ]
        return [[float(row[column] or 0) for column in FER_PLUS] for row in rows]
    except (KeyError, ValueError, csv.Error) as error:
        raise ValueError(
            f"{tree.title}: {name} is not FER+'s table of votes, expected the columns "
            f"{', '.join(FER_PLUS)} ({error})."
        ) from error


def _voted(votes: list[list[float]], row: int, where: str) -> str | None:
    if row > len(votes):
        raise ValueError(f"{where}: {_VOTES_NAME} has no row for it, only {len(votes):,} rows.")
    return majority(votes[row - 1])


@contextmanager
def open_table(tree: Tree, name: str, limit: int) -> Iterator[tuple[IO[bytes], int]]:
    """Open a csv file of at most `limit` bytes, gzip or not; yields it and its size as stored.

    Raises
    ------
    ValueError
        If it is something else, too large, or damaged.
    """
    with open_entry(tree, name, limit) as (file, size):
        kind = describe_kind(file)
        if kind is not None and "gzip" not in kind:
            title = os.path.join(tree.title, name)
            raise ValueError(f"{title} is not a csv file that can be read; {kind}.")
        if kind is None:
            yield file, size
        else:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield io.BufferedReader(_Limited(unpacked, name, limit)), size


class _Limited(io.RawIOBase):
    """An unpacked file that ends with an error rather than fill the memory."""

    def __init__(self, file: gzip.GzipFile, name: str, limit: int) -> None:
        self.file, self.name, self.limit, self.left = file, name, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            raise ValueError(
                f"{self.name} unpacks to more than {self.limit:,} bytes, expected fewer."
            )
        buffer[: len(data)] = data
        return len(data)


def _base(name: str) -> str:
    return name.rpartition("/")[2].casefold()
