"""What is in a data set: how many images of each class, and which of them are of little use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from minicnn.data.dataset import Dataset, Split
from minicnn.data.twins import has_twin, twin_groups

__all__ = ["DataQuality", "SplitQuality", "inspect_dataset"]


@dataclass(frozen=True, eq=False)
class SplitQuality:
    """What is in one part of a data set.

    Attributes
    ----------
    counts : ndarray of int64, shape (classes,)
        Images of each class.
    twins : int
        Images that have a pixel-identical twin in the same part.
    twins_in_training : int
        Images that have one among the training images; those of the training part itself: as
        `twins`.
    blank : ndarray of int64
        Places of images whose pixels are all equal.
    blank_labels : ndarray of int64
        Their labels.
    """

    counts: np.ndarray
    twins: int
    twins_in_training: int
    blank: np.ndarray
    blank_labels: np.ndarray


@dataclass(frozen=True, eq=False)
class DataQuality:
    """What is in a data set.

    Attributes
    ----------
    size : (int, int)
        Height and width of the images.
    class_names : tuple of str
    splits : dict of str to SplitQuality
        Every part that has a name; parts of other parts among them.
    groups : ndarray of int64
        How many images each group of twins has, over training and test images together, the
        largest first; images without a twin are in none.
    contradictions : dict of tuple of str to int
        In how many groups twins have different labels, by the names of these, the most frequent
        first.
    """

    size: tuple[int, int]
    class_names: tuple[str, ...]
    splits: dict[str, SplitQuality]
    groups: np.ndarray
    contradictions: dict[tuple[str, ...], int]


def inspect_dataset(dataset: Dataset) -> DataQuality:
    """Count classes, twins, contradicting labels and blank images.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    DataQuality
    """
    images = np.concatenate([dataset.train.images, dataset.test.images])
    labels = np.concatenate([dataset.train.labels, dataset.test.labels])
    groups = twin_groups(images)
    sizes = np.bincount(groups)
    return DataQuality(
        size=(images.shape[1], images.shape[2]),
        class_names=dataset.class_names,
        splits={
            name: _inspect(split, dataset.train, len(dataset.class_names))
            for name, split in dataset.splits.items()
        },
        groups=np.sort(sizes[sizes > 1])[::-1],
        contradictions=_contradictions(groups, labels, dataset.class_names),
    )


def _inspect(split: Split, train: Split, classes: int) -> SplitQuality:
    groups = twin_groups(split.images)
    twins = int((np.bincount(groups)[groups] > 1).sum())
    pixels = split.images.reshape(len(split), -1)
    blank = np.flatnonzero(pixels.min(axis=1) == pixels.max(axis=1))
    return SplitQuality(
        counts=np.bincount(split.labels, minlength=classes),
        twins=twins,
        twins_in_training=(
            twins if split is train else int(has_twin(split.images, train.images).sum())
        ),
        blank=blank,
        blank_labels=split.labels[blank],
    )


def _contradictions(
    groups: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...]
) -> dict[tuple[str, ...], int]:
    pairs = np.unique(np.stack([groups, labels], axis=1), axis=0)  # a label once a group
    disputed = np.flatnonzero(np.bincount(pairs[:, 0]) > 1)
    found = Counter(
        tuple(class_names[label] for label in pairs[pairs[:, 0] == group, 1]) for group in disputed
    )
    return dict(found.most_common())
