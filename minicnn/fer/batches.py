"""FER images as the network takes them: grey value / 255 in float32, one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.data.batches import ArrayBatches, Batch
from minicnn.data.dataset import Split
from minicnn.data.twins import twin_groups
from minicnn.fer.labels import EMOTIONS
from minicnn.labels import to_categorical
from minicnn.random import generator

__all__ = ["ImageBatches", "balanced_weights", "hold_out", "to_inputs"]


def to_inputs(images: np.ndarray) -> np.ndarray:
    """Scale grey images, uint8 (n, h, w, 1), to float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)


class ImageBatches(ArrayBatches):
    """Batches of a split; only a batch at a time is held as floats.

    Parameters
    ----------
    split : Split
        Images (uint8) and labels.
    sample_weight, batch_size, shuffle, seed
        See :class:`~minicnn.data.batches.ArrayBatches`.
    """

    def __init__(
        self,
        split: Split,
        sample_weight: np.ndarray | None = None,
        *,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__(
            split.images,
            split.labels,
            sample_weight,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
        )

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        for batch in super().batches(epoch):
            yield batch._replace(x=to_inputs(batch.x), y=to_categorical(batch.y, len(EMOTIONS)))


def balanced_weights(labels: np.ndarray) -> np.ndarray:
    """Weights with which every class counts the same, however many images it has.

    An image of class c weighs n / (k n_c), of n images in k classes, n_c of them in its own; the
    mean weight is 1. That is what scikit-learn calls "balanced".

    Parameters
    ----------
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    _, places, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return (len(labels) / (len(counts) * counts))[places].astype(np.float32)


def hold_out(split: Split, share: float, *, seed: int) -> tuple[Split, Split]:
    """Hold out a share of every class; no image has a twin on the other side.

    Images that are equal pixel by pixel stay together, so what is measured on the ones held out
    is not known from the others. A group of twins with different labels goes with the class of
    its first image.

    Parameters
    ----------
    split : Split
        What is divided.
    share : float
        Part of each class that is held out, above 0 and below 1; at least one image of each,
        and at most all but one. Twins, which stay together, make it a few more or fewer.
    seed : int
        Names the choice.

    Returns
    -------
    rest, held_out : Split
        Both in the order of `split`.

    Raises
    ------
    ValueError
        If a class has fewer than two different images.
    """
    groups = twin_groups(split.images)
    _, first = np.unique(groups, return_index=True)
    sizes, group_labels = np.bincount(groups), split.labels[first]
    chosen = np.zeros(len(sizes), bool)
    for label in np.unique(split.labels):
        members = np.flatnonzero(group_labels == label)
        if len(members) < 2:
            raise ValueError(
                f"hold_out: class {EMOTIONS[label]!r} has one image, copies of it left aside; "
                "two are needed to hold one out."
            )
        members = members[generator(seed, "hold_out", int(label)).permutation(len(members))]
        held_before = np.cumsum(sizes[members]) - sizes[members]
        wanted = max(1, round(share * sizes[members].sum()))
        chosen[members[:-1][held_before[:-1] < wanted]] = True
    held = chosen[groups]
    return (
        Split(split.images[~held], split.labels[~held]),
        Split(split.images[held], split.labels[held]),
    )
