"""Labelled images in a csv file: one row per image, the pixels as numbers between spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Columns", "parse_pixels", "read_csv_images", "read_rows"]

# Pixels are looked up, not converted: fast, and nothing but the 256 plain numbers passes.
_GREY = {str(value): value for value in range(256)}

# So many rows are held as text at a time (a 48x48 image is about 8 kB of text).
_ROWS = 1000


class Columns(NamedTuple):
    """Names of the columns that are read, compared without case and surrounding spaces."""

    label: str
    pixels: str
    split: str | None  #: None if there is none; it then reads as ""


def read_csv_images(
    file: IO[bytes],
    title: str,
    *,
    columns: Columns,
    labels: Mapping[str, int],
    splits: Sequence[str],
    size: tuple[int, int],
    advance: Callable[[int], None] = lambda done: None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read all rows, in the order of the file.

    Parameters
    ----------
    file : binary file
    title : str
        What error messages call the file.
    labels : dict of str to int
        What the label column may hold, and the label it stands for.
    splits : sequence of str
        What the split column may hold.
    size : (int, int)
        Height and width of an image; its pixels stand row by row.
    advance : callable
        Told how many more bytes of text are done (about: the pixels only).

    Returns
    -------
    images : ndarray of uint8, shape (n, h, w, 1)
    labels : ndarray of int64, shape (n,)
    splits : ndarray of int64, shape (n,)
        Index into `splits`.

    Raises
    ------
    ValueError
        If a column is missing, or a row has another number of pixels, a pixel that is not a whole
        number from 0 to 255, an unknown label or an unknown split. Lines count from 1, the header.
    """
    numbers = {split: i for i, split in enumerate(splits)}
    images, image_labels, image_splits = [], [], []
    for line, label, text, split in read_rows(file, title, columns):
        where = f"{title}, line {line}"
        if label not in labels:
            known = ", ".join(labels)
            raise ValueError(f"{where}: {columns.label} is {label!r:.60}, expected one of {known}.")
        if split not in numbers:
            known = ", ".join(splits)
            raise ValueError(f"{where}: {columns.split} is {split!r:.60}, expected one of {known}.")
        images.append(parse_pixels(text, size, where))
        image_labels.append(labels[label])
        image_splits.append(numbers[split])
        advance(len(text))
    pixels = np.frombuffer(bytearray().join(images), np.uint8).reshape(len(images), *size, 1)
    return pixels, np.array(image_labels, np.int64), np.array(image_splits, np.int64)


def parse_pixels(text: str, size: tuple[int, int], where: str) -> bytes:
    """Return the bytes of an image that is written as numbers.

    Raises
    ------
    ValueError
        If they are too many or too few, or one is not a whole number from 0 to 255.
    """
    h, w = size
    try:
        pixels = bytes(map(_GREY.__getitem__, text.split()))
    except KeyError as error:
        raise ValueError(
            f"{where}: pixel {error.args[0][:20]!r} is not a whole number from 0 to 255."
        ) from None
    if len(pixels) != h * w:
        raise ValueError(f"{where}: {len(pixels):,} pixels, expected {h * w:,} ({h} x {w}).")
    return pixels


def read_rows(file: IO[bytes], title: str, columns: Columns) -> Iterator[tuple[int, str, str, str]]:
    """Yield line number, label, pixels and split of every row that is not blank.

    Raises
    ------
    ValueError
        If a column is missing or the file is not csv.
    """
    for chunk in _chunks(file, title, columns):
        cells = [chunk[name].str.strip() for name in columns if name is not None]
        if columns.split is None:
            cells.append(cells[0].str[:0])
        for row, label, pixels, split in zip(chunk.index, *cells, strict=True):
            if label or pixels or split:
                yield row + 2, label, pixels, split


def _chunks(file: IO[bytes], title: str, columns: Columns) -> Iterator[pd.DataFrame]:
    """Yield the three columns as text, under the names asked for, `_ROWS` rows at a time."""
    import pandas as pd  # slow to import, and needed for csv files only

    names = [name for name in columns if name is not None]
    wanted = {name.casefold(): name for name in names}
    try:
        reader = pd.read_csv(
            file,
            usecols=lambda name: name.strip().casefold() in wanted,
            index_col=False,
            dtype=object,
            keep_default_na=False,
            skip_blank_lines=False,  # they count as lines
            chunksize=_ROWS,
        )
        with reader:
            for chunk in reader:
                chunk = chunk.rename(columns=lambda name: wanted[name.strip().casefold()])
                if sorted(chunk.columns) != sorted(names):
                    found = ", ".join(chunk.columns) or "none of them"
                    raise ValueError(
                        f"{title}, line 1: expected the columns {', '.join(names)} once each, "
                        f"found {found}."
                    )
                yield chunk.fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{title} is not a csv file that can be read ({reason}).") from error
