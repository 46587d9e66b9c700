"""Small helpers of ``keras.utils``: a base of batch sequences, and the scaling of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["PyDataset", "normalize"]


class PyDataset:
    """A sequence of batches, to be filled in: ``len(sequence)`` and ``sequence[number]``.

    Parameters
    ----------
    workers, use_multiprocessing, max_queue_size
        Taken and not used: ``fit`` reads ahead in one thread.
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self.workers, self.max_queue_size = workers, max_queue_size
        self.use_multiprocessing = use_multiprocessing

    @property
    def num_batches(self) -> int:
        """Number of batches in an epoch."""
        return len(self)

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must define __len__: the batches.")

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index).")

    def on_epoch_end(self) -> None:
        """Do what has to be done after an epoch."""


def normalize(x: Any, axis: int = -1, order: int = 2) -> np.ndarray:
    """Divide an array by its norms along an axis; zeros stay zeros.

    Parameters
    ----------
    x : array_like
    axis : int
    order : int
        2 for the Euclidean norm.
    """
    norm = np.linalg.norm(np.asarray(x), order, axis, keepdims=True)
    return np.asarray(x) / np.where(norm == 0, 1, norm)
