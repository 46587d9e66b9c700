"""What every data source ends in: images, labels and class names, split by name."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["Dataset", "Split"]


@dataclass(frozen=True)
class Split:
    """One part of a data set.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, h, w, 1) or (n, h, w, 3)
        Grey or RGB values 0..255.
    labels : ndarray of int64, shape (n,)
        Index into the data set's `class_names`.
    """

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        """Say how many images of which shape, not all their numbers."""
        return f"Split({len(self):,} images of shape {self.images.shape[1:]})"


@dataclass(frozen=True)
class Dataset:
    """Training and test images of one source.

    Attributes
    ----------
    train, test : Split
        The two parts every source has.
    class_names : tuple of str
        What the labels stand for, in the order of their numbers.
    splits : dict of str to Split
        Every named part: "train", "test" and, where the source has them, "validation" and the
        halves of the test set ("PublicTest" and "PrivateTest" of FER2013).
    name : str
        What the source is called, for people.
    notes : tuple of str
        What was decided as it was read, in clauses: "3 classes: cat, dog, hen".
    """

    train: Split
    test: Split
    class_names: tuple[str, ...]
    splits: dict[str, Split] = field(default_factory=dict)
    name: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The two parts that always exist can be asked for by name as well.
        object.__setattr__(self, "splits", {"train": self.train, "test": self.test, **self.splits})
