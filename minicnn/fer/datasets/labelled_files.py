"""What a tree of files holds: which of them are images, and what they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from minicnn.data.folders import MAX_IMAGE_BYTES, LabelledFile, read_images
from minicnn.data.reading import read_image
from minicnn.data.trees import Tree, open_entry
from minicnn.fer.datasets.class_folders import Found, find_in_folders
from minicnn.fer.datasets.emotion_names import is_emotion, named_classes
from minicnn.fer.datasets.label_lists import find_in_lists, find_in_tables
from minicnn.fer.datasets.pixel_tables import Table, find_tables, native_side, read_table
from minicnn.fer.datasets.resizing import FER2013_SIZE, enlarges_with_opencv, resize_images
from minicnn.progress import progress_bar

__all__ = ["Contents", "Labelled", "channels_if_small", "list_contents", "read_contents"]

# By the ending: the decoder decides in the end.
_IMAGES = (
    *(".jpg", ".jpeg", ".jfif", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"),
    *(".ppm", ".pgm", ".heic", ".heif", ".avif"),
)
# What a folder of downloads may hold instead of the images.
_PACKED = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")
# FER2013's names of test images tell the halves.
_HALVES = ("PrivateTest", "PublicTest")


class Contents(NamedTuple):
    """The images of a source, as files or as tables, and what was decided about them.

    Attributes
    ----------
    title : str
        What error messages call the source.
    found : list of Found
    tables : list of Table
    notes : list of str
    """

    title: str
    found: list[Found]
    tables: list[Table]
    notes: list[str]


class Labelled(NamedTuple):
    """Decoded images.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, h, w, c)
    labels : list of str
    parts : list of str or None
        "train", "validation", "test", FER2013's "PrivateTest" and "PublicTest", or None.
    names : list of str
        The files, or the rows of tables.
    notes : list of str
        What was decided about them.
    """

    images: np.ndarray
    labels: list[str]
    parts: list[str | None]
    names: list[str]
    notes: list[str]


def list_contents(tree: Tree, files: Sequence[str]) -> Contents:
    """Find the labelled images among the files of a tree.

    Raises
    ------
    ValueError
        If there are none, or nothing says what they are of.
    """
    if tables := find_tables(tree, files):
        voted = any(table.votes for table in tables)
        notes = ["labels are FER+'s: the emotion with most votes"] if voted else []
        return Contents(tree.title, [], tables, notes)
    images = [name for name in files if name.casefold().endswith(_IMAGES)]
    if not images:
        raise ValueError(f"{tree.title}: {_nothing(files)}")
    notes = []
    found = find_in_lists(tree, files, images)
    if found:
        notes.append(f"{len(found):,} images are in its list of classes")
    else:
        found, notes = _by_folders_or_tables(tree, files, images)
    meaning, named = named_classes({one.label for one in found})
    found = [one._replace(label=meaning[one.label], part=_half(one)) for one in found]
    # Training images first, so that of several damaged ones the first of these is named.
    found.sort(key=lambda one: (one.part not in (None, "train"), _file(one), one.name))
    return Contents(tree.title, found, [], [*named, *notes, *_skipped(files, found)])


def _by_folders_or_tables(
    tree: Tree, files: Sequence[str], images: Sequence[str]
) -> tuple[list[Found], list[str]]:
    """Folders come first; tables count where folders tell nothing apart."""
    try:
        found, notes = find_in_folders(images, tree.title, is_emotion)
    except ValueError:
        if listed := find_in_tables(tree, files, images):
            return listed, []
        raise
    if len({one.label for one in found}) == 1:
        return find_in_tables(tree, files, images) or found, notes
    return found, notes


def _nothing(files: Sequence[str]) -> str:
    packed = [name for name in files if name.casefold().endswith(_PACKED)]
    if packed:
        return (
            "expected images in class folders. "
            f"It holds {packed[0]}: name that file, or unpack it first."
        )
    return "no images found, expected a folder for each class with its images, or a csv file."


def _half(one: Found) -> str | None:
    if one.part != "test":
        return one.part
    return next((half for half in _HALVES if _file(one).startswith(half)), "test")


def _file(one: Found) -> str:
    return one.name.rpartition("/")[2]


def _skipped(files: Sequence[str], found: Sequence[Found]) -> list[str]:
    """Say which files in the folders of images are no images."""
    folders = {one.name.rpartition("/")[0] for one in found}
    endings = Counter(
        "." + name.rpartition(".")[2]
        for name in files
        if name.rpartition("/")[0] in folders and not name.casefold().endswith(_IMAGES)
    )
    if not endings:
        return []
    number = sum(endings.values())
    return [f"skips {number:,} files that are no images ({', '.join(sorted(endings))})"]


def channels_if_small(tree: Tree, contents: Contents) -> int | None:
    """Return the channels of images that are no larger than FER2013's; None if some are larger.

    Of more than 2,000 images as many are looked at, evenly spaced.
    """
    if contents.tables:
        return 1 if native_side(tree, contents.tables[0]) <= FER2013_SIZE else None
    found, colours = contents.found, False
    for one in sorted(found[:: -(-len(found) // 2000)], key=lambda one: tree.place(one.name)):
        with open_entry(tree, one.name, MAX_IMAGE_BYTES) as (file, size):
            image = read_image(file.read(size), name=f"{tree.title}: {one.name}")
        if max(image.size) > FER2013_SIZE:
            return None
        colours |= image.mode not in ("L", "1", "I;16")
    return 3 if colours else 1


def read_contents(
    tree: Tree, contents: Contents, size: tuple[int, int], channels: int, progress: bool
) -> Labelled:
    """Decode the images.

    Raises
    ------
    ValueError
        If an image or a row is damaged.
    """
    if contents.tables:
        return _read_tables(tree, contents, size, channels, progress)
    found = contents.found
    files = [LabelledFile(one.name, one.part or "", 0) for one in found]
    opencv = enlarges_with_opencv(size)
    with progress_bar("Decoding images", len(found), show=progress) as advance:
        images, _ = read_images(tree, files, size, advance, channels=channels, opencv=opencv)
    names, parts, labels = zip(*found, strict=True)
    return Labelled(images, [*labels], [*parts], [*names], contents.notes)


def _read_tables(
    tree: Tree, contents: Contents, size: tuple[int, int], channels: int, progress: bool
) -> Labelled:
    tables = contents.tables
    images: list[np.ndarray] = []
    labels: list[str] = []
    parts: list[str | None] = []
    names: list[str] = []
    total = sum(tree.size(table.name) for table in tables)
    with progress_bar("Reading images", total, show=progress) as advance:
        for table in tables:
            pixels, of, for_, lines = read_table(tree, table, advance)
            images.append(np.repeat(resize_images(pixels, size), channels, axis=-1))
            labels += of
            parts += for_
            names += [f"{table.name}: {line}" for line in lines]
    if not labels:
        raise ValueError(f"{tree.title}: {tables[0].name} has no images, expected rows of pixels.")
    meaning, named = named_classes(labels)
    named = [*contents.notes, *named]
    labels = [meaning[label] for label in labels]
    return Labelled(np.concatenate(images), labels, parts, names, named)
