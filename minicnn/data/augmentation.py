"""Augmentation: every epoch sees every image a little otherwise.

What happens to an image is a pure function of (seed, epoch, the image's place in the data set),
so it is the same with any batch size and any number of threads, and after a resumed run.

Derivation: docs/math/augmentation.md. Sources: Simard, Steinkraus, Platt 2003, "Best practices for
convolutional neural networks" (affine distortions); Zhong et al. 2020, "Random erasing data
augmentation".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from minicnn.data.batches import Batch, BatchSource
from minicnn.data.photometry import add_noise, cover, rectangles, relight
from minicnn.geometry import about_centre, rotation, scaling, shear, translation, warp
from minicnn.intervals import number_in, whole_number_in
from minicnn.random import Key, as_key, bits, check_seed, normals

__all__ = ["AugmentedBatches", "Augmentation", "augment", "random_matrices"]

# Each ingredient draws from a stream of its own: one more leaves the others as they are.
_GEOMETRY, _LIGHT, _ERASE, _PAINT, _NOISE_LEVEL, _NOISE = range(6)

# The erased part of an image's area, and its height by its width: Zhong et al., section 4.
_ERASED_AREA = (0.02, 0.4)
_ERASED_ASPECT = (0.3, 1 / 0.3)


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed; the defaults are the documented training's.

    "Up to r" is a number drawn for each image, uniform from -r to r. 0 turns an ingredient off.

    Attributes
    ----------
    rotation : float
        Turned by up to so many degrees.
    shift : float
        Moved by up to this share of the width, and of the height.
    shear : float
        Slanted by up to this factor: rows slide by it times their distance from the middle.
    zoom : float
        Width and height, each by itself, stretched by 1 + up to this.
    flip : bool
        Whether every other image, by chance, is mirrored left to right.
    brightness : float
        Made brighter by up to this, white being 1.
    contrast : float
        Distances from the mean grey stretched by 1 + up to this.
    erase : float
        Probability that a rectangle of 2 to 40 % of the image is replaced by random pixels.
    noise : float
        Gaussian noise is added, its standard deviation uniform from 0 to this, white being 1.
    noise_share : float
        Probability that an image gets noise.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    rotation: float = 15.0
    shift: float = 0.1
    shear: float = 0.1
    zoom: float = 0.1
    flip: bool = True
    brightness: float = 0.0
    contrast: float = 0.0
    erase: float = 0.0
    noise: float = 0.0
    noise_share: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.flip, bool):
            raise ValueError(f"Augmentation: flip must be true or false, got {self.flip!r}.")
        for name, interval in (
            ("rotation", "[0, 180]"),
            ("shift", "[0, 1]"),
            ("shear", "[0, 1]"),
            ("zoom", "[0, 1)"),
            ("brightness", "[0, 1]"),
            ("contrast", "[0, 1]"),
            ("erase", "[0, 1]"),
            ("noise", "[0, 1]"),
            ("noise_share", "[0, 1]"),
        ):
            number_in(interval, getattr(self, name), f"Augmentation: {name}")


def augment(x: np.ndarray, augmentation: Augmentation, key: Key | int | None = None) -> np.ndarray:
    """Change every image by chance.

    Parameters
    ----------
    x : ndarray of float32 or float64, shape (n, h, w, c), c up to 4
        Values from 0 to 1.
    augmentation : Augmentation
    key : Key or int, optional
        (seed, epoch, places of the images in the data set); an integer is a seed, None draws one.

    Returns
    -------
    ndarray, the shape and dtype of `x`
        A new array, values from 0 to 1.

    Raises
    ------
    ValueError
        If `x` is not such an array, or the key does not fit.
    """
    if x.ndim != 4 or x.dtype not in (np.float32, np.float64) or not 1 <= x.shape[3] <= 4:
        raise ValueError(
            "augment: expected float32 or float64 images of shape (n, h, w, c) with 1 to 4 "
            f"channels, got {x.dtype} {x.shape}."
        )
    key = as_key(key, len(x))
    y = warp(x, random_matrices(augmentation, key, *x.shape[1:3]))
    if augmentation.contrast or augmentation.brightness:
        y = _random_light(y, augmentation, key)
    if augmentation.erase:
        y = _random_erasing(y, augmentation, key)
    if augmentation.noise:
        y = _random_noise(y, augmentation, key)
    return y


def random_matrices(augmentation: Augmentation, key: Key, h: int, w: int) -> np.ndarray:
    """Draw an affine map for each image: mirror, zoom, shear, rotate, shift; shape (n, 3, 3)."""
    a, u = augmentation, _uniform(key, _GEOMETRY, 7)
    angle, right, down, slant, wide, high = 2 * u[:6] - 1
    mirror = np.where(a.flip & (u[6] < 0.5), -1, 1)
    matrix = (
        translation(a.shift * w * right, a.shift * h * down)
        @ rotation(a.rotation * angle)
        @ shear(a.shear * slant)
        @ scaling(1 + a.zoom * wide, 1 + a.zoom * high)
        @ scaling(mirror, 1)
    )
    return about_centre(matrix, h, w)


def _random_light(x: np.ndarray, augmentation: Augmentation, key: Key) -> np.ndarray:
    contrast, brightness = 2 * _uniform(key, _LIGHT, 2) - 1
    return relight(x, 1 + augmentation.contrast * contrast, augmentation.brightness * brightness)


def _random_erasing(x: np.ndarray, augmentation: Augmentation, key: Key) -> np.ndarray:
    chance, area, aspect, down, right = _uniform(key, _ERASE, 5)
    boxes = rectangles(
        area=_between(_ERASED_AREA, area),
        aspect=np.exp(_between(np.log(_ERASED_ASPECT), aspect)),  # tall as often as wide
        down=down,
        right=right,
        h=x.shape[1],
        w=x.shape[2],
    )
    y, erased = x.copy(), np.flatnonzero(chance < augmentation.erase)
    assert key.samples is not None
    paint_key = key._replace(samples=key.samples[erased])
    paint = _uniform(paint_key, _PAINT, math.prod(x.shape[1:])).T.reshape(-1, *x.shape[1:])
    y[erased] = cover(x[erased], boxes[erased], paint)
    return y


def _random_noise(x: np.ndarray, augmentation: Augmentation, key: Key) -> np.ndarray:
    level, chance = _uniform(key, _NOISE_LEVEL, 2)
    stddev = np.where(chance < augmentation.noise_share, augmentation.noise * level, 0.0)
    z = normals(key._replace(stream=_NOISE), "augment", math.prod(x.shape[1:]), x.dtype)
    return add_noise(x, stddev, z)


def _uniform(key: Key, stream: int, size: int) -> np.ndarray:
    """Numbers from 0 to below 1, a row for each use and a column for each image."""
    return bits(key._replace(stream=stream), "augment", size).T * 2.0**-32


def _between(interval: tuple[float, float] | np.ndarray, u: np.ndarray) -> np.ndarray:
    low, high = interval
    return low + (high - low) * u


class AugmentedBatches:
    """A batch source whose images are augmented anew in every epoch.

    Parameters
    ----------
    source : BatchSource
        Its batches hold float images (n, h, w, c) from 0 to 1, and the places of the images in
        the data set (`indices`).
    augmentation : Augmentation
        The documented training's if not given.
    seed : int
        Names the changes: image i of epoch e and seed s is the same wherever it is drawn.
    views : int
        How many augmented views an image has; later epochs repeat them. 0: a new one in every
        epoch.

    Raises
    ------
    ValueError
        If seed or views is out of range; when batches are drawn, if they have no `indices` or no
        such images.

    Examples
    --------
    >>> batches = AugmentedBatches(ImageBatches(data.train, shuffle=True))  # doctest: +SKIP
    >>> model.fit(batches, epochs=10)  # doctest: +SKIP
    """

    def __init__(
        self,
        source: BatchSource,
        augmentation: Augmentation | None = None,
        *,
        seed: int = 0,
        views: int = 0,
    ) -> None:
        self.source, self.augmentation = source, augmentation or Augmentation()
        self.seed = check_seed(seed)
        self.views = whole_number_in("[0, inf)", views, "AugmentedBatches: views")

    def __len__(self) -> int:
        return len(self.source)

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch."""
        view = epoch % self.views if self.views else epoch
        for batch in self.source.batches(epoch):
            if batch.indices is None:
                raise ValueError(
                    "AugmentedBatches: the source's batches have no indices, which determine the "
                    "augmentation of each image."
                )
            if not isinstance(batch.x, np.ndarray):
                raise ValueError("AugmentedBatches: expected one array of images, got several.")
            key = Key(self.seed, view, batch.indices)
            yield batch._replace(x=augment(batch.x, self.augmentation, key))
