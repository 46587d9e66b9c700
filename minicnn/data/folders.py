"""Labelled images laid out as ``<split>/<class>/<image>``, in a folder or in a zip archive.

Anything outside the split folders is ignored; everything inside a class folder must be
an image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from minicnn.data.images import decode_image
from minicnn.data.trees import Tree, join, open_entry

__all__ = ["MAX_IMAGE_BYTES", "LabelledFile", "find_images", "read_images"]

#: A larger image file is refused before it is read.
MAX_IMAGE_BYTES = 64 * 1024**2


class LabelledFile(NamedTuple):
    """An image file with what its place in the tree says about it."""

    name: str  #: from the top of the tree
    split: str
    label: int


def find_images(
    tree: Tree, class_names: Sequence[str], splits: Sequence[str] = ("train", "test")
) -> list[LabelledFile]:
    """List the images under ``<split>/<class>/``, at the top or one folder deeper.

    Folder names are compared without regard to case. The order is that of `splits`, then that of
    the file names (not of the classes, so that a part of the list has every class in it).

    Raises
    ------
    ValueError
        If a split folder is missing or there is a choice of several, a class is unknown, missing
        or empty, or a file lies where its class cannot be told.
    """
    images: list[LabelledFile] = []
    top = _find_top(tree, splits)
    for split in splits:
        found: list[LabelledFile] = []
        for folder in _named(tree, top, split):
            found += _find_classes(tree, folder, split, class_names)
        present = {image.label for image in found}
        absent = [name for label, name in enumerate(class_names) if label not in present]
        if absent:
            raise ValueError(
                f"{tree.title}: {join(top, split)} has no images of {', '.join(absent)}, "
                f"expected one folder with images for each of {', '.join(class_names)}."
            )
        images += sorted(found, key=lambda image: (image.name.rpartition("/")[2], image.name))
    return images


def _find_top(tree: Tree, splits: Sequence[str]) -> str:
    candidates = ["", *tree.children("")[0]]
    tops = [top for top in candidates if all(_named(tree, top, split) for split in splits)]
    if len(tops) == 1 or "" in tops:
        return tops[0]
    wanted = " and ".join(f"{split}/" for split in splits)
    if not tops:
        raise ValueError(
            f"{tree.title}: expected the folders {wanted} at the top or one folder deeper."
        )
    raise ValueError(
        f"{tree.title}: expected the folders {wanted} once, found them in {', '.join(tops)}."
    )


def _named(tree: Tree, parent: str, name: str) -> list[str]:
    folders = tree.children(parent)[0]
    return [join(parent, folder) for folder in folders if folder.casefold() == name.casefold()]


def _find_classes(
    tree: Tree, folder: str, split: str, class_names: Sequence[str]
) -> list[LabelledFile]:
    labels = {name.casefold(): label for label, name in enumerate(class_names)}
    folders, strays = tree.children(folder)
    found = []
    for name in folders:
        inside = join(folder, name)
        if name.casefold() not in labels:
            raise ValueError(
                f"{tree.title}: {inside} is not a known class, expected {', '.join(class_names)}."
            )
        deeper, files = tree.children(inside)
        strays += [join(name, below) for below in deeper]
        label = labels[name.casefold()]
        found += [LabelledFile(join(inside, file), split, label) for file in files]
    if strays:
        raise ValueError(
            f"{tree.title}: {join(folder, strays[0])} is not where images are "
            f"expected, in {folder}/<class>/<image>."
        )
    return found


def read_images(
    tree: Tree,
    images: Sequence[LabelledFile],
    size: tuple[int, int],
    advance: Callable[[int], None] = lambda done: None,
    *,
    channels: int = 1,
    opencv: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Decode images.

    Parameters
    ----------
    advance : callable
        Told after every image that one more is done.
    channels, opencv
        See :func:`~minicnn.data.images.decode_image`.

    Returns
    -------
    images : ndarray of uint8, shape (n, h, w, channels)
    labels : ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        If an image is missing, damaged, truncated, encrypted or larger than `MAX_IMAGE_BYTES`.
    """
    pixels = np.empty((len(images), *size, channels), np.uint8)
    for i, image in sorted(enumerate(images), key=lambda pair: tree.place(pair[1].name)):
        with open_entry(tree, image.name, MAX_IMAGE_BYTES) as (file, length):
            # Never more than was announced: without the number, zipfile unpacks all there is.
            encoded = file.read(length)
        name = f"{tree.title}: {image.name}"
        pixels[i] = decode_image(encoded, size, channels=channels, opencv=opencv, name=name)
        advance(1)
    return pixels, np.array([image.label for image in images], np.int64)
