"""FER images in the form that the network takes: grey value / 255 in float32, one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minicnn.data.batches import ArrayBatches, Batch
from minicnn.data.dataset import Split
from minicnn.fer.datasets.emotions import EMOTIONS
from minicnn.labels import to_categorical

__all__ = ["ImageBatches", "balanced_weights", "to_inputs"]


def to_inputs(images: np.ndarray) -> np.ndarray:
    """Scale images, uint8 (n, h, w, c), to float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)


class ImageBatches(ArrayBatches):
    """Batches of a split; only one batch at a time is in memory as floats.

    Parameters
    ----------
    split : Split
        Images (uint8) and labels.
    sample_weight, batch_size, shuffle, seed
        See :class:`~minicnn.data.batches.ArrayBatches`.
    num_classes : int
        Length of the one-hot labels.
    """

    def __init__(
        self,
        split: Split,
        sample_weight: np.ndarray | None = None,
        *,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int = 0,
        num_classes: int = len(EMOTIONS),
    ) -> None:
        self.num_classes = num_classes
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
            assert isinstance(batch.x, np.ndarray)
            yield batch._replace(x=to_inputs(batch.x), y=to_categorical(batch.y, self.num_classes))


def balanced_weights(labels: np.ndarray) -> np.ndarray:
    """Return weights that give every class the same total weight, however many images it has.

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
