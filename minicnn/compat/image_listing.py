"""Which image files there are, and their classes: from folders, or from a pandas table."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Listing", "image_files", "list_directory", "list_table"]

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")

#: From a number of files to the first one to take, and the one after the last.
Part = Callable[[int], tuple[int, int]]


class Listing(NamedTuple):
    """Image files.

    Attributes
    ----------
    paths, names : list of str
        With and without the folder that was searched.
    labels : ndarray, shape (n,), a list of these for several columns, or None
    class_indices : dict of str to int
        The label of each class.
    weights : ndarray, shape (n,), or None
    """

    paths: list[str]
    names: list[str]
    labels: Any
    class_indices: dict[str, int]
    weights: np.ndarray | None = None


def list_directory(
    directory: str | os.PathLike[str],
    classes: Sequence[str] | None,
    follow_links: bool,
    part: Part = lambda n: (0, n),
    endings: tuple[str, ...] = _ENDINGS,
) -> Listing:
    """List the images in ``<directory>/<class>/``, and say how many there are.

    Parameters
    ----------
    classes : sequence of str, optional
        The folders, in the order of their labels; all folders in alphabetical order if not given.
    part : callable
        Which files of each class to take.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no images in it.
    """
    top = Path(directory).expanduser()
    if not top.is_dir():
        raise FileNotFoundError(f"{directory} is not a folder, expected <class>/<image> in it.")
    names = list(classes or sorted(path.name for path in top.iterdir() if path.is_dir()))
    paths: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        found = image_files(top / name, follow_links, endings)
        first, last = part(len(found))
        paths += found[first:last]
        labels += [label] * (last - first)
    if not paths:
        raise FileNotFoundError(f"{directory} has no images, expected <class>/<image> in it.")
    print(f"Found {len(paths)} images belonging to {len(names)} classes.")
    return Listing(
        [str(path) for path in paths],
        [str(path.relative_to(top)) for path in paths],
        np.array(labels, np.int32),
        {name: label for label, name in enumerate(names)},
    )


def image_files(
    folder: Path, follow_links: bool, endings: tuple[str, ...] = _ENDINGS
) -> list[Path]:
    """List the images in a folder and below it, by name, folder after folder."""
    walk = sorted(os.walk(folder, followlinks=follow_links), key=lambda place: place[0])
    return [
        Path(place, name)
        for place, _, names in walk
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]


def list_table(
    table: Any,
    directory: str | os.PathLike[str] | None,
    *,
    columns: tuple[str, str | list[str], str | None],
    classes: Sequence[str] | None,
    class_mode: str | None,
    validate: bool,
    part: Part,
) -> Listing:
    """List the images of a pandas table, and say how many there are.

    Parameters
    ----------
    table : DataFrame
        A row for each image.
    directory : path, optional
        The folder that the files' names start from.
    columns : tuple of str
        The columns of the file, the class and (or None) the weight.
    classes : sequence of str, optional
        The classes to take, in the order of their labels; all, in alphabetical order, if not given.
    class_mode : str or None
        "categorical", "binary" and "sparse" need classes; "raw" hands on the column's values, and
        "multi_output" those of several columns.
    validate : bool
        Whether to leave out files that do not exist, with a warning.

    Raises
    ------
    ValueError
        If a class is not a text.
    """
    file_column, class_column, weight_column = columns
    top = Path(directory or "").expanduser()
    if validate:
        there = table[file_column].map(lambda name: (top / name).is_file())
        if not there.all():
            warnings.warn(
                f"{(~there).sum()} of {len(there)} files in the column {file_column!r} do not "
                "exist and are left out.",
                stacklevel=3,
            )
        table = table[there]
    named = class_mode in ("categorical", "binary", "sparse")
    names: list[str] = []
    if named:
        if not table[class_column].map(lambda value: isinstance(value, str)).all():
            raise ValueError(
                f"the classes in the column {class_column!r} must be texts for "
                f'class_mode={class_mode!r}; use astype(str), or class_mode="raw" for numbers.'
            )
        names = list(dict.fromkeys(classes)) if classes else sorted(table[class_column].unique())
        table = table[table[class_column].isin(names)]
    first, last = part(len(table))
    table = table.iloc[first:last]
    indices = {name: label for label, name in enumerate(names)}
    labels = None
    if named:
        labels = table[class_column].map(indices).to_numpy(np.int32)
    elif class_mode == "raw":
        labels = table[class_column].to_numpy()
    elif class_mode == "multi_output":
        labels = [np.array(table[column].tolist()) for column in class_column]
    print(
        f"Found {len(table)} {'' if validate else 'non-'}validated image filenames"
        + (f" belonging to {len(names)} classes." if named else ".")
    )
    return Listing(
        [str(top / name) for name in table[file_column]],
        list(table[file_column]),
        labels,
        indices,
        None if weight_column is None else table[weight_column].to_numpy(),
    )
