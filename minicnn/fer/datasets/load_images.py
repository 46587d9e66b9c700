"""Labelled images of any classes, in the folders, archives and tables that people have them in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data.array_cache import cached_arrays, fingerprint
from minicnn.data.dataset import Dataset, Split
from minicnn.data.trees import FolderTree, walk
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.fer.datasets.labelled_files import (
    Labelled,
    channels_if_small,
    list_contents,
    read_contents,
)
from minicnn.fer.datasets.made_split import chosen_for_test
from minicnn.fer.datasets.resizing import FER2013_SIZE, resize_images
from minicnn.fer.datasets.sources import opened
from minicnn.files import check_path, one_line, one_line_errors
from minicnn.intervals import whole_number_in

__all__ = ["COLOR_MODES", "load_images", "resized"]

#: Channels by the name of a colour mode; the names are Keras's.
COLOR_MODES = {"grayscale": 1, "rgb": 3}

# What an image is for. Images are kept in this order; the last three are test images.
_USAGES = ("train", "validation", "PrivateTest", "PublicTest", "test")
_FIRST_OF_TEST = 2

# Belongs to the key of a cached copy: raise it when the same source decodes to other arrays.
_RECIPE = 1

_Arrays = dict[str, np.ndarray]


@one_line_errors()
def load_images(
    path: str | os.PathLike[str],
    *,
    image_size: int | tuple[int, int] = FER2013_SIZE,
    color_mode: str = "grayscale",
    enlarge: bool = True,
    seed: int = 0,
    cache: bool = True,
    progress: bool = True,
) -> Dataset:
    """Read labelled images, whatever their classes.

    Parameters
    ----------
    path : path
        A folder, a zip or a tar archive (compressed or not) of images in class folders, with or
        without folders for training, validation and test, at any depth; or with a list of the
        classes beside them, as RAF-DB, AffectNet, FER+ and CK+ have it, or a csv file with columns
        for file and label. Or a csv file (also compressed) whose rows are images, as FER2013's.
    image_size : int or (int, int)
        Height and width of the images that are returned.
    color_mode : {"grayscale", "rgb"}
    enlarge : bool
        If false, images that are no larger than FER2013's come in its form, 48 x 48 and grey,
        for models to enlarge as they predict.
    seed : int
        Determines which images are for testing if the source does not say it.
    cache, progress
        As for :func:`~minicnn.fer.datasets.fer2013.load_fer2013`.

    Returns
    -------
    Dataset
        Classes in alphabetical order. Without a part for testing, `test` holds the images for
        validation, or a fifth of every class that :func:`~.made_split.chosen_for_test` chooses;
        `notes` says so. A part for validation beside the other two is ``splits["validation"]``.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist.
    ValueError
        If there are not at least two classes; if one has no images for training or for testing;
        if the folders do not say what the images are; or if an image, a row or an archive is
        damaged. The message names it.
    """
    size, channels = _form(image_size, color_mode)
    check_path(path)
    path = Path(path)
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{path} does not exist, expected FER2013 as a zip, a folder or a csv file, or class "
            "folders of images."
        )
    if not (path.is_dir() or path.is_file()):
        raise ValueError(f"{path} is a device or a pipe, expected a file or a folder of images.")
    if not enlarge and (max(size) > FER2013_SIZE or channels > 1):
        size, channels = _without_enlarging(path, size, channels)

    def read() -> _Arrays:
        with opened(path) as (tree, files):
            contents = list_contents(tree, files)
            labelled = read_contents(tree, contents, size, channels, progress)
        return _in_order(labelled, tree.title)

    def valid(arrays: _Arrays) -> bool:
        return _is_valid(arrays, (*size, channels))

    if cache:
        top, names = (path.parent, [path.name])
        if path.is_dir():
            top, names = path, [*walk(FolderTree(path))]
        key = f"images-{_RECIPE}-{size[0]}x{size[1]}x{channels}-{fingerprint(top, names)}"
        arrays = cached_arrays(key, read, valid)
    else:
        arrays = read()
    return _dataset(arrays, path, seed)


def resized(dataset: Dataset, image_size: int | tuple[int, int], color_mode: str) -> Dataset:
    """Return a data set of grey images in another size, and as RGB if that is asked for.

    Raises
    ------
    ValueError
        If the size or the colour mode is not one that `load_images` takes.
    """
    size, channels = _form(image_size, color_mode)

    def changed(split: Split) -> Split:
        images = resize_images(split.images, size)
        return Split(np.repeat(images, channels, axis=-1), split.labels)

    splits = {name: changed(split) for name, split in dataset.splits.items()}
    train, test = splits.pop("train"), splits.pop("test")
    return replace(dataset, train=train, test=test, splits=splits)


def _form(image_size: int | tuple[int, int], color_mode: str) -> tuple[tuple[int, int], int]:
    pair: Any = image_size if isinstance(image_size, (tuple, list)) else (image_size, image_size)
    if len(pair) != 2:
        raise ValueError(f"image_size must be a number or (height, width), got {image_size!r}.")
    h, w = (whole_number_in("[8, 1024]", side, "image_size") for side in pair)
    if color_mode not in COLOR_MODES:
        known = " or ".join(COLOR_MODES)
        raise ValueError(f"color_mode must be {known}, got {color_mode!r}.")
    return (h, w), COLOR_MODES[color_mode]


def _without_enlarging(
    path: Path, size: tuple[int, int], channels: int
) -> tuple[tuple[int, int], int]:
    with opened(path) as (tree, files):
        stored = channels_if_small(tree, list_contents(tree, files))
    if stored is None:
        return size, channels
    return (FER2013_SIZE, FER2013_SIZE), min(stored, channels)


def _in_order(labelled: Labelled, title: str) -> _Arrays:
    """Put images in the order of what they are for."""
    images, labels, parts, names, notes = labelled
    if any(parts) and "train" not in parts:
        raise ValueError(
            f"{title}: there are images for {', '.join(sorted({p for p in parts if p}))} "
            "and none for training, expected a folder train/."
        )
    class_names = sorted(set(labels))
    usages = np.array([_USAGES.index(part or "train") for part in parts], np.int64)
    order = np.argsort(usages, kind="stable")
    if class_names != [*EMOTIONS]:
        notes = [f"{len(class_names)} classes: {', '.join(class_names)}", *notes]
    return {
        "images": images[order],
        "labels": np.searchsorted(class_names, labels).astype(np.int64)[order],
        "usages": usages[order],
        "names": np.array(names)[order],
        "class_names": np.array(class_names),
        "notes": np.array([one_line(note) for note in notes], np.str_),
    }


def _is_valid(arrays: _Arrays, shape: tuple[int, ...]) -> bool:
    """Whether arrays read back from the cache are as `_in_order` left them."""
    if set(arrays) != {"images", "labels", "usages", "names", "class_names", "notes"}:
        return False
    images, labels, usages = arrays["images"], arrays["labels"], arrays["usages"]
    texts = (arrays["names"], arrays["class_names"], arrays["notes"])
    n, classes = labels.size, arrays["class_names"].size
    return (
        images.dtype == np.uint8
        and labels.dtype == usages.dtype == np.int64
        and all(text.dtype.kind == "U" and text.ndim == 1 for text in texts)
        and images.shape == (n, *shape)
        and usages.shape == labels.shape == arrays["names"].shape == (n,)
        and set(np.unique(labels)) == set(range(classes))
        and bool((np.diff(usages) >= 0).all())
        and usages[0] == 0 <= usages[-1] < len(_USAGES)
    )


def _dataset(arrays: _Arrays, path: Path, seed: int) -> Dataset:
    images, labels, usages = arrays["images"], arrays["labels"], arrays["usages"]
    class_names = tuple(arrays["class_names"].tolist())
    notes = tuple(arrays["notes"].tolist())
    if len(class_names) < 2:
        raise ValueError(
            f"{path}: all images are of one class, {class_names[0]}; expected at least two classes."
        )
    parts = {
        name: Split(images[usages == i], labels[usages == i])
        for i, name in enumerate(_USAGES)
        if (usages == i).any()
    }
    test = usages >= _FIRST_OF_TEST
    if not test.any() and "validation" in parts:
        test = usages == _USAGES.index("validation")
        del parts["validation"]
        notes += ("the validation images are the test images",)
    elif not test.any():
        try:
            test = chosen_for_test(images, labels, arrays["names"].tolist(), class_names, seed=seed)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        notes += (
            f"the test images are a fifth of every class, chosen with seed {seed}; twins stay "
            "together",
        )
        parts["train"] = Split(images[~test], labels[~test])
    parts["test"] = Split(images[test], labels[test])
    for name in ("train", "test"):
        counts = np.bincount(parts[name].labels, minlength=len(class_names))
        if absent := [c for c, count in zip(class_names, counts, strict=True) if not count]:
            raise ValueError(
                f"{path}: {name} has no images of {', '.join(absent)}, expected some of each of "
                f"{', '.join(class_names)}."
            )
    train, test_split = parts.pop("train"), parts.pop("test")
    return Dataset(train, test_split, class_names, parts, path.name, notes)
