"""Endless batches of images in memory or in files, as ``ImageDataGenerator.flow...`` gives them.

The order of the samples and the random numbers are those of Keras for the same seed: batch number
b, counted over the iterator's life, draws from ``RandomState(seed + b)``.
"""

from __future__ import annotations

import math
import os
import threading
from typing import Any

import numpy as np

from minicnn.compat.image_changes import ImageChanges
from minicnn.compat.image_files import array_to_img, channels, img_to_array, load_img
from minicnn.compat.image_listing import Listing
from minicnn.compat.old_names import warn_renamed
from minicnn.random import next_seed

__all__ = ["ArrayIterator", "FileIterator", "ImageIterator"]


class ImageIterator:
    """Batches of n samples, again and again; also a sequence of the batches of one epoch.

    Attributes
    ----------
    n, samples : int
        Samples in an epoch.
    batch_size : int
    shuffle : bool
        Whether to draw a new order for every epoch.
    seed : int or None
    save_to : (str, str, str), optional
        Where every image of a batch is written: folder, prefix of its name, and format.
    """

    def __init__(
        self,
        generator: ImageChanges,
        n: int,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        save_to: tuple[str, str, str] | None,
    ) -> None:
        self._save_to = save_to
        self.image_data_generator = generator
        self.n = self.samples = n
        self.batch_size, self.shuffle, self.seed = int(batch_size), shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self._order: np.ndarray | None = None
        self._random = np.random.RandomState(next_seed())
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return math.ceil(self.n / self.batch_size)

    def __iter__(self) -> ImageIterator:
        return self

    def __next__(self) -> Any:
        with self._lock:
            self._start_batch(new_order=self.batch_index == 0)
            number = self.batch_index
            self.batch_index = (number + 1) % len(self)
            return self._batch(number)

    def next(self) -> Any:
        """Return the next batch, as ``next(iterator)`` does: Keras 2's name."""
        warn_renamed("iterator.next()", "next(iterator)")
        return next(self)

    def __getitem__(self, number: int) -> Any:
        if not 0 <= number < len(self):
            raise IndexError(f"there is no batch {number}; an epoch has {len(self)}.")
        with self._lock:
            self._start_batch(new_order=self._order is None)
            return self._batch(number)

    def on_epoch_end(self) -> None:
        """Draw the order of the next epoch."""
        self._draw_order()

    def reset(self) -> None:
        """Begin a new epoch at the next ``next()``."""
        self.batch_index = 0

    def _start_batch(self, *, new_order: bool) -> None:
        if self.seed is not None:
            self._random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1
        if new_order:
            self._draw_order()

    def _draw_order(self) -> None:
        self._order = self._random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _batch(self, number: int) -> Any:
        assert self._order is not None
        which = self._order[number * self.batch_size : (number + 1) * self.batch_size]
        images = [self._changed(self.image(index)) for index in which]
        array = np.array(images, self.image_data_generator.dtype)
        if self._save_to is not None:
            self._save(array, which, *self._save_to)
        return self.complete(array, which)

    def _changed(self, image: np.ndarray) -> np.ndarray:
        generator = self.image_data_generator
        parameters = generator.draw_transform(image.shape, self._random)
        return generator.standardize(generator.apply_transform(image, parameters))

    def _save(
        self, images: np.ndarray, which: np.ndarray, folder: str, prefix: str, kind: str
    ) -> None:
        for image, index in zip(images, which, strict=True):
            name = f"{prefix}_{index}_{self._random.randint(10**7)}.{kind}"
            array_to_img(image, scale=True).save(os.path.join(folder, name))

    # -- where the images come from --

    def image(self, index: int) -> np.ndarray:
        """Return an image of its own, shape (h, w, c), that may be changed."""
        raise NotImplementedError(f"{type(self).__name__} does not define image.")

    def complete(self, images: np.ndarray, which: np.ndarray) -> Any:
        """Return a batch: the images and what belongs to them."""
        raise NotImplementedError(f"{type(self).__name__} does not define complete.")


class ArrayIterator(ImageIterator):
    """Batches of images in memory, with targets and weights if they are given."""

    def __init__(
        self,
        generator: ImageChanges,
        x: np.ndarray,
        y: np.ndarray | None,
        sample_weight: np.ndarray | None,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        save_to: tuple[str, str, str] | None = None,
    ) -> None:
        super().__init__(generator, len(x), batch_size, shuffle, seed, save_to)
        self.x, self.y, self.sample_weight = x, y, sample_weight

    def image(self, index: int) -> np.ndarray:
        """Return a copy of an image."""
        return self.x[index].astype(self.image_data_generator.dtype)

    def complete(self, images: np.ndarray, which: np.ndarray) -> Any:
        """Return images, targets and weights, as far as they are there."""
        parts = [part[which] for part in (self.y, self.sample_weight) if part is not None]
        return (images, *parts) if parts else images


class FileIterator(ImageIterator):
    """Batches of images that are read when they are needed.

    Attributes
    ----------
    filenames, filepaths : list of str
        As listed, and with the folder before them.
    classes : ndarray of int32, shape (n,), or None
        The class of every file.
    class_indices : dict of str to int
    num_classes : int
    image_shape : tuple of int
    class_mode : {"categorical", "binary", "sparse", "input", "raw", "multi_output", None}
    """

    def __init__(
        self,
        generator: ImageChanges,
        listing: Listing,
        *,
        class_mode: str | None,
        target_size: tuple[int, int],
        color_mode: str,
        interpolation: str,
        keep_aspect_ratio: bool,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        save_to: tuple[str, str, str] | None,
    ) -> None:
        super().__init__(generator, len(listing.paths), batch_size, shuffle, seed, save_to)
        self.filepaths, self.filenames = listing.paths, listing.names
        self.labels, self.sample_weight = listing.labels, listing.weights
        self.classes = None if class_mode in ("raw", "multi_output") else listing.labels
        self.class_indices, self.num_classes = listing.class_indices, len(listing.class_indices)
        self.class_mode = class_mode
        self.target_size, self.color_mode = (int(target_size[0]), int(target_size[1])), color_mode
        self.interpolation, self.keep_aspect_ratio = interpolation, keep_aspect_ratio
        self.image_shape = (*self.target_size, channels("color_mode", color_mode))

    def image(self, index: int) -> np.ndarray:
        """Read an image."""
        image = load_img(
            self.filepaths[index],
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        return img_to_array(image, dtype=self.image_data_generator.dtype)

    def complete(self, images: np.ndarray, which: np.ndarray) -> Any:
        """Return the images with their targets in the form that `class_mode` says."""
        if self.class_mode is None:
            return images
        targets = self._targets(images, which)
        if self.sample_weight is None:
            return images, targets
        return images, targets, self.sample_weight[which]

    def _targets(self, images: np.ndarray, which: np.ndarray) -> Any:
        if self.class_mode == "input":
            return images.copy()
        assert self.labels is not None
        if self.class_mode == "multi_output":
            return [column[which] for column in self.labels]
        labels = self.labels[which]
        if self.class_mode == "raw":
            return labels
        if self.class_mode == "categorical":
            return np.eye(self.num_classes, dtype=images.dtype)[labels]
        return labels.astype(images.dtype)
