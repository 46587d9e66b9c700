"""``ImageDataGenerator``: Keras 2's way to augment images, with its numbers.

The library's own way is :class:`minicnn.data.augmentation.AugmentedBatches`, which is faster and
can be resumed; this class is for scripts that were written for Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.compat.image_changes import ImageChanges
from minicnn.compat.image_files import choice
from minicnn.compat.image_iterators import ArrayIterator, FileIterator
from minicnn.compat.image_listing import list_directory, list_table

__all__ = ["ImageDataGenerator"]

_CLASS_MODES = dict.fromkeys(("categorical", "binary", "sparse", "input", None))
_TABLE_MODES = _CLASS_MODES | dict.fromkeys(("raw", "multi_output"))


class ImageDataGenerator(ImageChanges):
    """Batches of randomly changed images; the parameters are those of :class:`ImageChanges`."""

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
    ) -> ArrayIterator:
        """Return endless batches (x, y), (x, y, sample_weight) or x of images in memory.

        With `save_to_dir`, every image of a batch is also written there.

        Raises
        ------
        ValueError
            If lengths differ, or `x` is not of shape (n, h, w, c).
        """
        if isinstance(x, list | tuple) and len(np.shape(x[0])) == 4:
            raise ValueError(
                "flow: x must be one array of images; for further inputs, write a "
                "minicnn.utils.PyDataset whose batches hold them all."
            )
        x = np.asarray(x)
        if x.ndim != 4:
            raise ValueError(f"flow: expected images (n, h, w, c), got an array of {x.shape}.")
        parts = {"y": y, "sample_weight": sample_weight}
        for name, part in parts.items():
            if part is not None and len(part) != len(x):
                raise ValueError(f"flow: x has {len(x)} images, {name} has {len(part)} values.")
        first, last = self._part(subset, len(x))
        y, sample_weight = (
            None if part is None else np.asarray(part)[first:last] for part in parts.values()
        )
        return ArrayIterator(
            self,
            x[first:last],
            y,
            sample_weight,
            batch_size,
            shuffle,
            seed,
            (save_to_dir, save_prefix, save_format) if save_to_dir else None,
        )

    def flow_from_directory(
        self,
        directory: str | Path,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> FileIterator:
        """Return endless batches of the images in ``<directory>/<class>/``.

        Classes are numbered in alphabetical order, or in the order of `classes`.

        Raises
        ------
        FileNotFoundError
            If there is no such folder, or no images in it.
        ValueError
            If an argument is not one of Keras's.
        """
        choice("flow_from_directory: class_mode", class_mode, _CLASS_MODES)
        return FileIterator(
            self,
            list_directory(directory, classes, follow_links, lambda n: self._part(subset, n)),
            class_mode=class_mode,
            target_size=target_size,
            color_mode=color_mode,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to=(save_to_dir, save_prefix, save_format) if save_to_dir else None,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: str | Path | None = None,
        x_col: str = "filename",
        y_col: str | list[str] = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
    ) -> FileIterator:
        """Return endless batches of images that a pandas table lists.

        Parameters
        ----------
        dataframe : DataFrame
            A row for each image: its file in `x_col`, its class in `y_col`.
        directory : path, optional
            What the files' paths start from.
        class_mode : {"categorical", "binary", "sparse", "raw", "multi_output", "input", None}
            "raw" hands on the numbers in `y_col`, "multi_output" a list with an array of each of
            its columns.

        Raises
        ------
        ValueError
            If an argument is not one of Keras's, or classes are no texts.
        """
        choice("flow_from_dataframe: class_mode", class_mode, _TABLE_MODES)
        listing = list_table(
            dataframe,
            directory,
            columns=(x_col, y_col, weight_col),
            classes=classes,
            class_mode=class_mode,
            validate=validate_filenames,
            part=lambda n: self._part(subset, n),
        )
        return FileIterator(
            self,
            listing,
            class_mode=class_mode,
            target_size=target_size,
            color_mode=color_mode,
            interpolation=interpolation,
            keep_aspect_ratio=False,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to=(save_to_dir, save_prefix, save_format) if save_to_dir else None,
        )

    def _part(self, subset: str | None, n: int) -> tuple[int, int]:
        """Return the first sample of a subset, and the one after its last."""
        cut = int(self.validation_split * n)
        return choice(
            "ImageDataGenerator: subset",
            subset,
            {None: (0, n), "validation": (0, cut), "training": (cut, n)},
        )
