"""FER images as the network takes them: grey value / 255 in float32, one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.data.batches import ArrayBatches, Batch
from minicnn.data.dataset import Split
from minicnn.fer.labels import EMOTIONS
from minicnn.labels import to_categorical
from minicnn.random import generator

__all__ = ["ImageBatches", "hold_out", "to_inputs"]


def to_inputs(images: np.ndarray) -> np.ndarray:
    """Scale grey images, uint8 (n, h, w, 1), to float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)


class ImageBatches(ArrayBatches):
    """Batches of a split; only a batch at a time is held as floats.

    Parameters
    ----------
    split : Split
        Images (uint8) and labels.
    batch_size, shuffle, seed
        See :class:`~minicnn.data.batches.ArrayBatches`.
    """

    def __init__(
        self, split: Split, *, batch_size: int = 32, shuffle: bool = False, seed: int = 0
    ) -> None:
        super().__init__(
            split.images, split.labels, batch_size=batch_size, shuffle=shuffle, seed=seed
        )

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        for batch in super().batches(epoch):
            yield batch._replace(x=to_inputs(batch.x), y=to_categorical(batch.y, len(EMOTIONS)))


def hold_out(split: Split, share: float, *, seed: int) -> tuple[Split, Split]:
    """Hold out a share of every class.

    Parameters
    ----------
    split : Split
        What is divided.
    share : float
        Part of each class that is held out, above 0 and below 1; at least one image of each,
        and at most all but one.
    seed : int
        Names the choice.

    Returns
    -------
    rest, held_out : Split
        Both in the order of `split`.

    Raises
    ------
    ValueError
        If a class has fewer than two images.
    """
    chosen = np.zeros(len(split), bool)
    for label in np.unique(split.labels):
        members = np.flatnonzero(split.labels == label)
        if len(members) < 2:
            raise ValueError(
                f"hold_out: class {EMOTIONS[label]!r} has one image; "
                "two are needed to hold one out."
            )
        count = min(max(1, round(share * len(members))), len(members) - 1)
        order = generator(seed, "hold_out", int(label)).permutation(len(members))
        chosen[members[order[:count]]] = True
    return (
        Split(split.images[~chosen], split.labels[~chosen]),
        Split(split.images[chosen], split.labels[chosen]),
    )
