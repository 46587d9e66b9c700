"""``image_dataset_from_directory``: batches of labelled images, read again in every epoch."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.compat.batch_dataset import BatchDataset
from minicnn.compat.image_files import (
    channels,
    choice,
    load_img,
    require_channels_last,
)
from minicnn.compat.image_listing import image_files
from minicnn.compat.image_resizing import resizer
from minicnn.intervals import number_in
from minicnn.random import check_seed, generator, next_seed

__all__ = ["ImageDataset", "image_dataset_from_directory"]

_ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_LABEL_MODES = dict.fromkeys(("int", "categorical", "binary", None))


class ImageDataset(BatchDataset):
    """Batches of images from files: float32 in 0..255, shape (n, h, w, c), with their labels.

    Attributes
    ----------
    class_names : list of str, or None
    file_paths : list of str
    """

    def __init__(
        self,
        file_paths: Sequence[str],
        targets: np.ndarray | None,
        class_names: list[str] | None,
        *,
        read: Callable[[str], np.ndarray],
        batch_size: int | None,
        shuffle: bool,
        seed: int,
    ) -> None:
        n = len(file_paths)
        super().__init__(self._epoch, n if batch_size is None else -(-n // batch_size))
        self.file_paths, self.class_names, self._targets = list(file_paths), class_names, targets
        self._read, self._batch_size = read, batch_size
        self._shuffle, self._seed, self._epochs = shuffle, seed, itertools.count()

    def _epoch(self) -> Iterator[Any]:
        n = len(self.file_paths)
        order = np.arange(n)
        if self._shuffle:
            order = generator(self._seed, "shuffle", next(self._epochs)).permutation(n)
        if self._batch_size is None:  # single images
            for index in order:
                image = self._read(self.file_paths[index])
                yield image if self._targets is None else (image, self._targets[index])
            return
        for start in range(0, n, self._batch_size):
            which = order[start : start + self._batch_size]
            images = np.stack([self._read(self.file_paths[index]) for index in which])
            yield images if self._targets is None else (images, self._targets[which])


def image_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: int | Sequence[int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    verbose: bool = True,
) -> Any:
    """Return the images in ``<directory>/<class>/`` as a dataset, like Keras's function.

    Which files are in a subset is decided by the seed as in Keras; the order within an epoch is
    minicnn's own.

    Parameters
    ----------
    directory : path
    labels : "inferred", None or list of int
        Classes from the folders, no labels, or a label for each file in alphabetical order.
    label_mode : {"int", "categorical", "binary", None}
        int32 labels, rows of one 1, a float32 column of 0 and 1, or none.
    class_names : sequence of str, optional
        The classes' folders in the order of their labels; alphabetical if not given.
    color_mode : {"rgb", "grayscale", "rgba"}
    batch_size : int, optional
        None gives single images.
    image_size : (int, int)
        Height and width.
    shuffle : bool
        Whether to draw a new order for each epoch.
    seed : int, optional
        Names the orders. Necessary with a validation split and `shuffle`.
    validation_split : float, optional
        Share of the files in ``subset="validation"``.
    subset : {"training", "validation", "both"}, optional
    interpolation : {"bilinear", "nearest", "area"}
    crop_to_aspect_ratio, pad_to_aspect_ratio : bool
        Whether to cut or pad images to the wanted shape instead of distorting them.

    Returns
    -------
    ImageDataset, or two of them for ``subset="both"``

    Raises
    ------
    ValueError
        If an argument is not one of these, or there are no images.
    FileNotFoundError
        If there is no such folder.
    """
    where = "image_dataset_from_directory"
    require_channels_last(where, data_format)
    choice(f"{where}: label_mode", label_mode, _LABEL_MODES)
    choice(f"{where}: subset", subset, dict.fromkeys(("training", "validation", "both", None)))
    if bool(validation_split) != (subset is not None):
        raise ValueError(f"{where}: subset and validation_split need each other.")
    share = number_in("[0, 1)", validation_split or 0.0, f"{where}: validation_split")
    if share and shuffle and seed is None:
        raise ValueError(
            f"{where}: give a seed; without it, training and validation files would overlap."
        )
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(f"{where}: images can be cut or padded to their shape, not both.")
    height, width = image_size if isinstance(image_size, Sequence) else (image_size, image_size)
    resize = resizer(
        where, (height, width), interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio
    )
    channels(f"{where}: color_mode", color_mode)

    def read(path: str) -> np.ndarray:
        pixels = np.asarray(load_img(path, color_mode), np.float32)
        return resize(pixels if pixels.ndim == 3 else pixels[:, :, np.newaxis])

    labelled = labels is not None and label_mode is not None
    paths, numbers, names = _listed(
        where, directory, labels if labelled else None, class_names, follow_links
    )
    if verbose:
        print(
            f"Found {len(paths)} files"
            + (f" belonging to {len(names)} classes." if labelled else ".")
        )
    if label_mode == "binary" and len(names) != 2:
        raise ValueError(f'{where}: label_mode="binary" needs two classes, got {len(names)}.')
    seed = next_seed() if seed is None else check_seed(seed)
    if shuffle:
        order = np.arange(len(paths))
        np.random.RandomState(seed).shuffle(order)
        paths, numbers = [paths[i] for i in order], numbers[order]
    targets = None
    if labelled:
        targets = _targets(numbers, label_mode, len(names))

    def dataset(first: int, last: int, *, shuffle: bool) -> ImageDataset:
        if first == last:
            raise ValueError(f"{where}: no images for this subset in {directory}.")
        return ImageDataset(
            paths[first:last],
            None if targets is None else targets[first:last],
            names if labelled else None,
            read=read,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )

    n = len(paths)
    cut = n - int(share * n)
    if subset == "both":
        return [dataset(0, cut, shuffle=shuffle), dataset(cut, n, shuffle=False)]
    first, last = {None: (0, n), "training": (0, cut), "validation": (cut, n)}[subset]
    return dataset(first, last, shuffle=shuffle)


def _listed(
    where: str,
    directory: str | os.PathLike[str],
    labels: Any,
    class_names: Sequence[str] | None,
    follow_links: bool,
) -> tuple[list[str], np.ndarray, list[str]]:
    """Return files, labels and names of the classes; without labels, all are of class 0."""
    top = Path(directory).expanduser()
    if not top.is_dir():
        raise FileNotFoundError(f"{where}: {directory} is not a folder.")
    folders, names = [top], [""]
    if labels == "inferred":
        there = [p.name for p in top.iterdir() if p.is_dir() and not p.name.startswith(".")]
        names = list(class_names or sorted(there))
        if set(names) != set(there):
            raise ValueError(
                f"{where}: class_names are {', '.join(names)}, the folders of {directory} are "
                f"{', '.join(sorted(there)) or 'none'}."
            )
        folders = [top / name for name in names]
    elif class_names is not None:
        raise ValueError(f'{where}: class_names need labels="inferred".')
    files = [image_files(folder, follow_links, _ENDINGS) for folder in folders]
    paths = [str(path) for found in files for path in found]
    if not paths:
        raise ValueError(f"{where}: no images in {directory}; it reads {', '.join(_ENDINGS)}.")
    numbers = np.repeat(np.arange(len(files), dtype=np.int32), [len(found) for found in files])
    if labels is None or labels == "inferred":
        return paths, numbers, names
    if len(labels) != len(paths):
        raise ValueError(f"{where}: {len(labels)} labels for {len(paths)} files in {directory}.")
    return paths, np.asarray(labels, np.int32), [str(label) for label in sorted(set(labels))]


def _targets(labels: np.ndarray, label_mode: str | None, classes: int) -> np.ndarray:
    if label_mode == "categorical":
        return np.eye(classes, dtype=np.float32)[labels]
    return labels if label_mode == "int" else labels.astype(np.float32)[:, np.newaxis]
