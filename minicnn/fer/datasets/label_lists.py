"""Images whose classes stand in lists beside them, as RAF-DB, FER+, AffectNet and CK+ have them.

Every reader takes a tree and the names of its images, and returns what it found; nothing if the
tree has no such list.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from minicnn.data.trees import Tree, join, open_entry
from minicnn.fer.datasets.class_folders import Found, part_of
from minicnn.fer.datasets.emotion_names import AFFECTNET, CK_PLUS, FER_PLUS, RAF_DB

__all__ = ["csv_rows", "find_in_lists", "find_in_tables", "majority"]

_MAX_LIST_BYTES = 256 * 1024**2

_RAF_LINE = re.compile(r"\s*(\S+)\s+([1-7])\s*")
_CK_FRAME = re.compile(r"(S\d{3}_\d{3})_\d{8}", re.IGNORECASE)
# What is commonly used of a CK+ sequence: the emotion grows from neutral to its peak, the end.
_CK_PEAK_FRAMES = 3

_NPY_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_MAX_NUMBER_BYTES = 64

_COLUMNS = {
    "file": (
        *("image", "file", "filename", "file_name", "image_name", "img", "path", "filepath"),
        *("image_path", "img_path", "pth", "image_id", "id", "subdirectory_filepath", "image name"),
    ),
    "label": ("label", "emotion", "expression", "class", "labels", "emotions", "category"),
    "part": ("split", "usage", "set", "subset", "partition"),
}


def find_in_lists(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """Find the images of a data set that comes with lists of its own form.

    Parameters
    ----------
    tree : Tree
    files, images : sequence of str
        All files of the tree; the images among them.

    Returns
    -------
    list of Found
        Empty if there is no such list.
    """
    for read in (_raf_db, _fer_plus, _affectnet, _ck_plus):
        if found := read(tree, files, images):
            return found
    return []


def majority(votes: Sequence[float]) -> str | None:
    """Return the emotion of FER+'s votes; None if it is none, unknown, or there is no majority.

    The rule is that of FER+'s own script: single votes do not count, and an emotion needs more than
    half of the others.
    """
    counted = np.where(np.asarray(votes, float) > 1, votes, 0.0)
    if not 2 * counted.max() > counted.sum():
        return None
    return list(FER_PLUS.values())[int(counted.argmax())]


def _voted(cells: Sequence[str], name: str) -> str | None:
    try:
        return majority([float(cell) for cell in cells])
    except ValueError:
        told = ", ".join(cells)
        raise ValueError(f"{name} has the votes {told}, expected ten numbers.") from None


def _raf_db(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """``list_patition_label.txt``: a line "train_00001.jpg 5" for each image."""
    lists = [name for name in files if _base(name) == "list_patition_label.txt"]
    known = _Images(images)
    found = []
    for name in lists:
        for line in _text(tree, name).splitlines():
            if match := _RAF_LINE.fullmatch(line):
                for image in known.of(match[1]):
                    part = part_of(match[1].partition("_")[0])
                    found.append(Found(image, part, RAF_DB[match[2]]))
    return found


def _fer_plus(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """``label.csv`` in a folder of images: name, box, and ten numbers of votes."""
    found = []
    for name in files:
        if _base(name) != "label.csv":
            continue
        rows = filter(None, csv_rows(_text(tree, name), f"{tree.title}: {name}"))
        try:
            first = next(rows, [])
        except ValueError:
            continue  # some other file of this name
        folder = name.rpartition("/")[0]
        there = set(images)
        for row in chain([first], rows) if len(first) == 2 + len(FER_PLUS) else ():
            if len(row) == 2 + len(FER_PLUS) and (image := join(folder, row[0])) in there:
                emotion = _voted(row[2:], f"{tree.title}: {name}")
                if emotion is not None:
                    found.append(Found(image, part_of(folder.rpartition("/")[2]), emotion))
    return found


def _affectnet(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """``train_set/images/0.jpg`` with the number of its expression in ``annotations/0_exp.npy``."""
    known = {name.rpartition(".")[0]: name for name in images}
    found = []
    for name in sorted(files, key=tree.place):
        folder, _, file = name.rpartition("/")
        if not file.endswith("_exp.npy"):
            continue
        parent = folder.rpartition("/")[0]
        image = known.get(join(join(parent, "images"), file.removesuffix("_exp.npy")))
        if image is None:
            continue
        with open_entry(tree, name, 4096) as (content, size):
            number = _number(content.read(size), f"{tree.title}: {name}")
        if number in AFFECTNET:
            found.append(Found(image, part_of(parent.rpartition("/")[2]), AFFECTNET[number]))
    return found


def _number(content: bytes, name: str) -> str:
    file = io.BytesIO(content)
    try:
        # The header alone may claim any size, for which NumPy would reserve the memory.
        shape, _, dtype = _NPY_HEADERS[np.lib.format.read_magic(file)](file)
        if math.prod(shape) != 1 or dtype.itemsize > _MAX_NUMBER_BYTES:
            raise ValueError(f"it has the shape {shape} and the type {dtype}")
        value = np.load(io.BytesIO(content), allow_pickle=False)
        return str(int(float(str(value.item()))))
    except (ValueError, KeyError, OverflowError, EOFError, OSError) as error:
        raise ValueError(f"{name} is not the number of an expression ({error}).") from error


def _ck_plus(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """``S005_001_00000011_emotion.txt``: the emotion at the end of a sequence of frames."""
    sequences: dict[str, list[str]] = {}
    for name in sorted(images, key=_base):
        if match := _CK_FRAME.match(_base(name)):
            sequences.setdefault(match[1].upper(), []).append(name)
    found = []
    for name in sorted(files, key=tree.place):
        match = _CK_FRAME.match(_base(name))
        if match and _base(name).endswith("_emotion.txt"):
            number = _text(tree, name).strip().partition(".")[0]
            frames = sequences.get(match[1].upper(), [])[-_CK_PEAK_FRAMES:]
            if number in CK_PLUS:
                found += [Found(frame, None, CK_PLUS[number]) for frame in frames]
    return found


def find_in_tables(tree: Tree, files: Sequence[str], images: Sequence[str]) -> list[Found]:
    """Find images by csv files: a column for the file, one for its class, maybe one for its part.

    FER+'s votes may stand in the place of the class. Without a column for it, the part is that of
    the table's name (``train_labels.csv``) or of the image's folder.
    """
    known = _Images(images)
    found = []
    for name in files:
        if not name.casefold().endswith((".csv", ".txt", ".tsv")):
            continue
        rows = _rows(_text(tree, name), f"{tree.title}: {name}")
        try:
            header = [cell.strip().casefold() for cell in next(rows, [])]
        except ValueError:
            continue  # a text, not a table
        places = {what: _place(header, names) for what, names in _COLUMNS.items()}
        votes = [header.index(cell) for cell in FER_PLUS if cell in header]
        if places["file"] is None or (places["label"] is None and len(votes) < len(FER_PLUS)):
            continue
        of_table = _part_in(_base(name))
        for row in rows:
            if len(row) < len(header):
                continue
            label = (
                _voted([row[i] for i in votes], f"{tree.title}: {name}")
                if places["label"] is None
                else row[places["label"]].strip()
            )
            if header[places["label"] or 0] == "expression" and label not in AFFECTNET:
                continue  # a face without one of the emotions
            given = None if places["part"] is None else row[places["part"]].strip()
            for image in known.of(row[places["file"]].strip()) if label else ():
                part = _usage(given) if given else of_table or _part_in(*image.split("/")[:-1])
                found.append(Found(image, part, label or ""))
    return found


def _usage(word: str) -> str | None:
    """Return the part that a word means; FER2013's halves of the test images are parts."""
    return word if word in ("PrivateTest", "PublicTest") else part_of(word)


def _part_in(*words: str) -> str | None:
    """Return the part that the beginning of one of some names means, as in train_labels.csv."""
    for word in words:
        if part := part_of(word) or part_of(re.split(r"[._ -]", word)[0]):
            return part
    return None


def _place(header: list[str], names: Iterable[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def csv_rows(text: str, title: str, delimiter: str = ",") -> Iterator[list[str]]:
    """Yield the rows of a table, whichever system's line ends it has.

    Raises
    ------
    ValueError
        If it is not a table; the message names `title` and the line.
    """
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise ValueError(f"{title}, line {reader.line_num}: {error}.") from None


def _rows(text: str, title: str) -> Iterator[list[str]]:
    first = io.StringIO(text, newline=None).readline()
    return csv_rows(text, title, delimiter=max(",;\t", key=first.count))


def _base(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _text(tree: Tree, name: str) -> str:
    with open_entry(tree, name, _MAX_LIST_BYTES) as (file, size):
        return file.read(size).decode("utf-8-sig", errors="replace")


class _Images:
    """Finds images by how lists call them: by path, by file name, without the ending."""

    def __init__(self, names: Sequence[str]) -> None:
        self._by_stem: dict[str, list[str]] = {}
        for name in names:
            stem = _base(name).rpartition(".")[0]
            self._by_stem.setdefault(stem.removesuffix("_aligned"), []).append(name)

    def of(self, written: str) -> list[str]:
        """Return the image that a list means; none if there is none.

        Of several, the one whose path ends like the written one; of RAF-DB's, the aligned face.
        """
        path = written.replace("\\", "/").casefold()
        base = path.rpartition("/")[2]
        stem = base.rpartition(".")[0] if "." in base else base
        candidates = self._by_stem.get(stem.removesuffix("_aligned"), [])
        ending = [name for name in candidates if name.casefold().endswith(path)]
        aligned = [name for name in candidates if "_aligned." in name.casefold()]
        return (aligned or ending or candidates)[:1]
