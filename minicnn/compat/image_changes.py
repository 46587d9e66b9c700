"""How ``ImageDataGenerator`` changes and normalises single images."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn.compat.image_files import choice, require_channels_last
from minicnn.compat.image_transforms import brighten, shift, warp
from minicnn.intervals import number_in

__all__ = ["ImageChanges"]

_FILL_MODES = dict.fromkeys(("nearest", "constant", "reflect", "wrap"))
_NOT_FITTED = "call fit(x) first; until then the images stay as they are"


class ImageChanges:
    """Random changes of images, and their normalisation.

    Parameters
    ----------
    featurewise_center, featurewise_std_normalization : bool
        Whether to subtract the mean and divide by the standard deviation of each channel over
        the images given to :meth:`fit`.
    samplewise_center, samplewise_std_normalization : bool
        The same with the mean and standard deviation of each image.
    zca_whitening : bool
        Whether to decorrelate the pixels, by the images given to :meth:`fit`.
    zca_epsilon : float
        Added to the singular values.
    rotation_range : float
        Turned by up to so many degrees.
    width_shift_range, height_shift_range : float, int or sequence
        Moved by up to this share of the size (below 1) or so many pixels; a sequence lists the
        distances to choose from. As in Keras, `height_shift_range` moves along the width and
        `width_shift_range` along the height.
    brightness_range : (float, float), optional
        Factors of the brightness.
    shear_range : float
        Slanted by up to so many degrees.
    zoom_range : float or (float, float)
        Factors of the size: from 1 - z to 1 + z, or from the first to the second. A factor above 1
        makes things smaller, as in Keras.
    channel_shift_range : float
        Up to this is added to all values.
    fill_mode : {"nearest", "constant", "reflect", "wrap"}
        What lies beyond the edges; `cval` is the constant.
    horizontal_flip, vertical_flip : bool
        Whether to mirror every other image, by chance.
    rescale : float, optional
        Factor of all values, applied after the changes above.
    preprocessing_function : callable, optional
        Applied before `rescale`, to one image (h, w, c).
    validation_split : float
        Share of the samples that ``subset="validation"`` takes, from the front.
    interpolation_order : int
        Degree of the splines that interpolate; 1 is bilinear.
    dtype : dtype, optional
        float32 if not given.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[np.ndarray], np.ndarray] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        require_channels_last("ImageDataGenerator", data_format)
        choice("ImageDataGenerator: fill_mode", fill_mode, _FILL_MODES)
        if brightness_range is not None and np.shape(brightness_range) != (2,):
            raise ValueError(
                "ImageDataGenerator: brightness_range must be two factors, "
                f"got {brightness_range!r}."
            )
        if np.ndim(zoom_range) and np.shape(zoom_range) != (2,):
            raise ValueError(
                f"ImageDataGenerator: zoom_range must be a number or two, got {zoom_range!r}."
            )
        self.featurewise_center = (
            featurewise_center or featurewise_std_normalization or zca_whitening
        )
        self.featurewise_std_normalization = featurewise_std_normalization and not zca_whitening
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.zoom_range = (
            list(zoom_range) if np.ndim(zoom_range) else [1 - zoom_range, 1 + zoom_range]
        )
        self.brightness_range, self.channel_shift_range = brightness_range, channel_shift_range
        self.fill_mode, self.cval = fill_mode, cval
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.validation_split = number_in("[0, 1)", validation_split, "validation_split")
        self.interpolation_order = interpolation_order
        self.dtype = np.dtype(dtype or np.float32)
        #: Set by :meth:`fit`; of shape (1, 1, c) and (h w c, h w c).
        self.mean: np.ndarray | None = None
        self.std: np.ndarray | None = None
        self.zca_whitening_matrix: np.ndarray | None = None

    # -- one image --

    def get_random_transform(self, img_shape: Sequence[int], seed: int | None = None) -> dict:
        """Draw how to change an image of shape (h, w, c).

        Returns
        -------
        dict
            Keras's keys: "theta", "tx", "ty", "shear", "zx", "zy", "flip_horizontal",
            "flip_vertical", "channel_shift_intensity", "brightness".
        """
        return self.draw_transform(img_shape, np.random.RandomState(seed))

    def draw_transform(self, img_shape: Sequence[int], random: np.random.RandomState) -> dict:
        """Draw how to change an image; the numbers come in Keras's order."""

        def up_to(limit: float) -> float:
            return random.uniform(-limit, limit) if limit else 0

        changes: dict[str, Any] = {
            "theta": up_to(self.rotation_range),
            "tx": shift(random, self.height_shift_range, img_shape[0]),
            "ty": shift(random, self.width_shift_range, img_shape[1]),
            "shear": up_to(self.shear_range),
            "zx": 1,
            "zy": 1,
        }
        low, high = self.zoom_range
        if (low, high) != (1, 1):
            changes["zx"], changes["zy"] = random.uniform(low, high, 2)
        changes["flip_horizontal"] = (random.random_sample() < 0.5) and self.horizontal_flip
        changes["flip_vertical"] = (random.random_sample() < 0.5) and self.vertical_flip
        changes["channel_shift_intensity"] = up_to(self.channel_shift_range) or None
        changes["brightness"] = None
        if self.brightness_range is not None:
            darkest, brightest = self.brightness_range
            changes["brightness"] = random.uniform(darkest, brightest)
        return changes

    def apply_transform(self, x: np.ndarray, transform_parameters: dict) -> np.ndarray:
        """Change an image (h, w, c) as the dict of :meth:`get_random_transform` says."""
        lighter = transform_parameters.get("channel_shift_intensity")
        brightness = transform_parameters.get("brightness")
        x = warp(
            x,
            transform_parameters,
            order=self.interpolation_order,
            mode=self.fill_mode,
            cval=self.cval,
        )
        if lighter is not None:
            x = np.clip(x + lighter, x.min(), x.max())
        if transform_parameters.get("flip_horizontal", False):
            x = x[:, ::-1]
        if transform_parameters.get("flip_vertical", False):
            x = x[::-1]
        return x if brightness is None else brighten(x, brightness)

    def random_transform(self, x: np.ndarray, seed: int | None = None) -> np.ndarray:
        """Change an image (h, w, c) at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """Normalise an image, or a batch of them, as the arguments say."""
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        x = np.array(x, self.dtype)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= x.mean(keepdims=True)
        if self.samplewise_std_normalization:
            x /= x.std(keepdims=True) + 1e-6
        if self.featurewise_center:
            x -= self._fitted("featurewise_center", self.mean, 0)
        if self.featurewise_std_normalization:
            x /= self._fitted("featurewise_std_normalization", self.std, 1) + 1e-6
        if self.zca_whitening:
            white = self._fitted("zca_whitening", self.zca_whitening_matrix, None)
            if white is not None:
                x = (x.reshape(-1, len(white)) @ white).reshape(x.shape)
        return x

    def _fitted(self, argument: str, value: np.ndarray | None, otherwise: Any) -> Any:
        if value is None:
            warnings.warn(f"ImageDataGenerator: {argument}: {_NOT_FITTED}.", stacklevel=3)
            return otherwise
        return value

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Compute what the featurewise arguments and the whitening need.

        Parameters
        ----------
        x : array_like, shape (n, h, w, c)
        augment : bool
            Whether to change the images at random first, `rounds` times each.

        Raises
        ------
        ValueError
            If `x` has another number of axes.
        """
        x = np.array(x, self.dtype)
        if x.ndim != 4:
            raise ValueError(
                f"ImageDataGenerator.fit: expected images (n, h, w, c), got shape {x.shape}."
            )
        if self.rescale:
            x *= self.rescale
        if augment:
            random = np.random.RandomState(seed)
            x = np.stack(
                [
                    self.apply_transform(image, self.draw_transform(image.shape, random))
                    for _ in range(rounds)
                    for image in x
                ]
            )
        if self.featurewise_center:
            self.mean = x.mean(axis=(0, 1, 2)).reshape(1, 1, -1)
            x -= self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=(0, 1, 2)).reshape(1, 1, -1)
            x /= self.std + 1e-6
        if self.zca_whitening:
            u, s, _ = np.linalg.svd(x.reshape(len(x), -1).T, full_matrices=False)
            self.zca_whitening_matrix = (u * (np.sqrt(len(x)) / (s + self.zca_epsilon))) @ u.T
