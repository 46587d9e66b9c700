"""FER2013: 35,887 grey faces of 48x48 pixels with seven emotions, in the formats people have it in.

Goodfellow et al. (2013), "Challenges in Representation Learning: A report on three machine
learning contests". The data set is downloaded from Kaggle and is not part of minicnn.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from minicnn.data.array_cache import cached_arrays, fingerprint
from minicnn.data.csv_images import Columns, read_csv_images
from minicnn.data.dataset import Dataset, Split
from minicnn.data.file_kinds import describe_kind
from minicnn.data.folders import LabelledFile, find_images, read_images
from minicnn.data.trees import FolderTree, Tree, join, open_entry
from minicnn.fer.datasets.emotions import CSV_EMOTIONS, EMOTIONS
from minicnn.fer.datasets.pixel_tables import open_table
from minicnn.fer.datasets.sources import opened_tree
from minicnn.files import check_path, one_line_errors
from minicnn.progress import progress_bar

__all__ = ["load_fer2013"]

_SIZE = (48, 48)

# What a row or a file is for. Images are kept in this order; all but the first are test images.
_TRAINING, _PRIVATE, _PUBLIC, _TEST = "Training", "PrivateTest", "PublicTest", "Test"
_USAGES = (_TRAINING, _PRIVATE, _PUBLIC, _TEST)

_CSV_NAMES = ("fer2013.csv", "icml_face_data.csv")
_CSV_COLUMNS = Columns(label="emotion", pixels="pixels", split="Usage")
_CSV_LABELS = {str(i): EMOTIONS.index(emotion) for i, emotion in enumerate(CSV_EMOTIONS)}
# What a folder of downloads may hold instead of the images.
_PACKED = (".zip", ".csv", ".tar", ".gz", ".tgz", ".7z", ".rar")
_MAX_CSV_BYTES = 1024**3

# Belongs to the key of a cached copy: raise it when the same source decodes to other arrays.
_RECIPE = 1

_Arrays = dict[str, np.ndarray]


@one_line_errors()
def load_fer2013(
    path: str | os.PathLike[str], *, cache: bool = True, progress: bool = True
) -> Dataset:
    """Read FER2013 in any of its common formats.

    Parameters
    ----------
    path : path
        The zip or tar.gz from Kaggle; the folder extracted from it (``train/<emotion>/``,
        ``test/<emotion>/``, at the top or one folder deeper); ``fer2013.csv`` or
        ``icml_face_data.csv``, also as ``.csv.gz``; or an archive or folder with one of these in
        it. :func:`~minicnn.fer.datasets.load_images.load_images` reads other data sets.
    cache : bool
        Keep the decoded images in the user's cache folder
        (:func:`minicnn.data.array_cache.cache_folder`), and read them from there while the source
        keeps its name, size and modification time.
    progress : bool
        Show a progress bar while images are decoded, if standard error is a terminal.

    Returns
    -------
    Dataset
        Named after the file or folder. Images uint8 (n, 48, 48, 1), labels int64 in the order of
        `EMOTIONS`. Besides "train" and "test", `splits` has "PublicTest" and "PrivateTest", told
        by the Usage column or by how the names of the test images begin. From folders the images
        come in the order of their file names; from a csv file in the order of its rows,
        PrivateTest before PublicTest.

    Raises
    ------
    FileNotFoundError
        If `path` does not exist.
    ValueError
        If it is none of the above; if an emotion has no training or no test images; or if an
        image, a row or an archive is damaged. The message names the entry or the line.
    """
    check_path(path)
    path = Path(path)
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{path} does not exist, expected FER2013 as a zip, a folder or a csv file."
        )
    if not (path.is_dir() or path.is_file()):
        raise ValueError(f"{path} is a device or a pipe, expected FER2013 as a file or a folder.")

    def read() -> _Arrays:
        return _read(path, progress)

    if cache:
        top, names = (path, _files(path)) if path.is_dir() else (path.parent, [path.name])
        key = f"fer2013-{_RECIPE}-{fingerprint(top, names)}"
        arrays = cached_arrays(key, read, _is_valid)
    else:
        arrays = read()
    return _dataset(**arrays, name=path.name)


def _files(folder: Path) -> list[str]:
    """Return the names of the files that determine what is read from `folder`."""
    tree = FolderTree(folder)
    csv = _find_csv(tree)
    return [csv] if csv else [image.name for image in _find_images(tree)]


def _read(path: Path, progress: bool) -> _Arrays:
    with opened_tree(path) as tree:
        if tree is not None:
            return _read_tree(tree, progress)
    if path.name.casefold().endswith((".csv", ".csv.gz")):
        return _read_csv(FolderTree(path.parent), path.name, progress)
    with path.open("rb") as file:
        kind = describe_kind(file)
    raise ValueError(
        f"{path} is not FER2013, expected a zip archive, a folder or a csv file"
        f"{f'; {kind}' if kind else ''}."
    )


def _find_csv(tree: Tree) -> str | None:
    """Name of the first csv file of FER2013 at the top or one folder deeper."""
    for folder in ("", *tree.children("")[0]):
        for name in tree.children(folder)[1]:
            if name.casefold() in _CSV_NAMES:
                return join(folder, name)
    return None


def _read_tree(tree: Tree, progress: bool) -> _Arrays:
    csv = _find_csv(tree)
    if csv:
        return _read_csv(tree, csv, progress)
    found = _find_images(tree)
    with progress_bar("Decoding FER2013", len(found), show=progress) as advance:
        images, labels = read_images(tree, found, _SIZE, advance)
    usages = [_USAGES.index(_usage(image)) for image in found]
    return _in_order(images, labels, np.array(usages, np.int64))


def _find_images(tree: Tree) -> list[LabelledFile]:
    """List the images; where there are none, say what else could be meant."""
    try:
        return find_images(tree, EMOTIONS)
    except ValueError as error:
        folders, files = tree.children("")
        packed = [name for name in files if name.casefold().endswith(_PACKED)]
        if set(EMOTIONS) <= {folder.casefold() for folder in folders}:
            advice = "It has the emotions themselves: name the folder that train/ and test/ are in."
        elif packed and not {"train", "test"} <= {folder.casefold() for folder in folders}:
            advice = f"It holds {packed[0]}: name that file, or unpack it first."
        else:
            raise
        raise ValueError(f"{error} {advice}") from None


def _usage(image: LabelledFile) -> str:
    if image.split == "train":
        return _TRAINING
    file_name = image.name.rpartition("/")[2]
    halves = (half for half in (_PRIVATE, _PUBLIC) if file_name.startswith(half))
    return next(halves, _TEST)


def _read_csv(tree: Tree, name: str, progress: bool) -> _Arrays:
    title = os.path.join(tree.title, name)
    if not name.casefold().endswith(".gz"):
        with open_entry(tree, name, _MAX_CSV_BYTES) as (file, _):
            kind = describe_kind(file)
        if kind is not None:
            raise ValueError(f"{title} is not a csv file that can be read; {kind}.")
    with (
        open_table(tree, name, _MAX_CSV_BYTES) as (file, size),
        progress_bar("Reading FER2013", size, show=progress) as advance,
    ):
        images, labels, usages = read_csv_images(
            file,
            title,
            columns=_CSV_COLUMNS,
            labels=_CSV_LABELS,
            splits=_USAGES[:3],
            size=_SIZE,
            advance=advance,
        )
    training = usages == _USAGES.index(_TRAINING)
    for part, chosen in (("training", training), ("test", ~training)):
        absent = np.bincount(labels[chosen], minlength=len(EMOTIONS)) == 0
        if absent.any():
            emotions = ", ".join(EMOTIONS[i] for i in np.flatnonzero(absent))
            raise ValueError(
                f"{title}: expected {part} images of every emotion, none of {emotions}."
            )
    return _in_order(images, labels, usages)


def _in_order(images: np.ndarray, labels: np.ndarray, usages: np.ndarray) -> _Arrays:
    order = np.argsort(usages, kind="stable")
    return {"images": images[order], "labels": labels[order], "usages": usages[order]}


def _is_valid(arrays: _Arrays) -> bool:
    """Whether arrays read back from the cache are as `_in_order` left them."""
    if set(arrays) != {"images", "labels", "usages"}:
        return False
    images, labels, usages = arrays["images"], arrays["labels"], arrays["usages"]
    n = labels.size
    return (
        images.dtype == np.uint8
        and labels.dtype == usages.dtype == np.int64
        and images.shape == (n, *_SIZE, 1)
        and usages.shape == labels.shape == (n,)
        and set(np.unique(labels)) == set(range(len(EMOTIONS)))
        and bool((np.diff(usages) >= 0).all())
        and usages[0] == 0 < usages[-1] < len(_USAGES)
    )


def _dataset(images: np.ndarray, labels: np.ndarray, usages: np.ndarray, name: str) -> Dataset:
    ends = np.searchsorted(usages, np.arange(len(_USAGES)), side="right")

    def split(start: int, stop: int) -> Split:
        return Split(images[start:stop], labels[start:stop])

    halves = {
        half: split(ends[i - 1], ends[i])
        for i, half in ((1, _PRIVATE), (2, _PUBLIC))
        if ends[i] > ends[i - 1]
    }
    return Dataset(split(0, ends[0]), split(ends[0], len(images)), EMOTIONS, halves, name)
