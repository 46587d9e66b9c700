"""RandomRotation, RandomZoom, RandomTranslation: images under random affine maps, in training.

Derivation: docs/math/random_images.md. Source: Simard, Steinkraus, Platt 2003, "Best practices for
convolutional neural networks".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.geometry import about_centre, rotation, scaling, translation
from minicnn.intervals import number_in
from minicnn.kernels import affine_transform as kernel
from minicnn.layers.checks import check_dy
from minicnn.layers.random_images import RandomImages, draw, interval
from minicnn.random import Key

__all__ = [
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "affine_transform",
    "affine_transform_backward",
]

_INTERPOLATIONS = ("bilinear", "nearest")


def affine_transform(
    x: np.ndarray,
    maps: np.ndarray,
    *,
    fill_mode: str = "reflect",
    interpolation: str = "bilinear",
    fill_value: float = 0.0,
) -> tuple[np.ndarray, tuple]:
    r"""Show the images under affine maps.

    .. math:: y_{nrsc} = \sum_{i,j} g_{ij}(M_n (s, r, 1)^T)\; x_{nijc} \tag{random_images.1}

    M takes a pixel of the new image, column first, to a point of the old one. The weights g share
    that point between the four pixels around it, in proportion.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    maps : ndarray, shape (n, 3, 3)
        The M of the formula: :mod:`minicnn.geometry` makes such.
    fill_mode : {"reflect", "wrap", "constant", "nearest"}
        What lies beyond the edge: the mirror image, the image again, `fill_value`, or the nearest
        pixel.
    interpolation : {"bilinear", "nearest"}
        As in the formula, or only the nearest pixel.
    fill_value : float
        For the mode "constant".

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`affine_transform_backward`.

    Raises
    ------
    ValueError
        If there is not one map for each image.
    """
    nearest = interpolation == "nearest"
    y = kernel.affine_transform(x, maps, fill_mode, nearest=nearest, fill_value=fill_value)
    return y, (x.shape, maps, fill_mode, nearest)


def affine_transform_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`affine_transform`: each value's, back to its pixels.

    .. math:: dx_{nijc} = \sum_{r,s} g_{ij}(M_n (s, r, 1)^T)\; dy_{nrsc} \tag{random_images.2}
    """
    shape, maps, fill_mode, nearest = cache
    check_dy("affine_transform_backward", dy, shape)
    return kernel.affine_transform_adjoint(dy, maps, fill_mode, nearest=nearest)


class _RandomAffine(RandomImages):
    """What the three layers share: how a point between pixels, and one outside, is shown."""

    def __init__(
        self, *, fill_mode: str, interpolation: str, fill_value: float, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, value, known in (
            ("fill_mode", fill_mode, kernel.FILL_MODES),
            ("interpolation", interpolation, _INTERPOLATIONS),
        ):
            if value not in known:
                raise self._error(f"{name} must be one of {', '.join(known)}, got {value!r}")
        self.fill_mode, self.interpolation = fill_mode, interpolation
        self.fill_value = number_in("(-inf, inf)", fill_value, f"{self._title()}: fill_value")

    def _maps(self, key: Key, h: int, w: int) -> np.ndarray:
        """Draw a map from the new image to the old one for each sample: shape (n, 3, 3)."""
        raise NotImplementedError(f"{type(self).__name__} does not define _maps.")

    def _change(self, x: np.ndarray, key: Key) -> tuple[np.ndarray, tuple]:
        return affine_transform(
            x,
            self._maps(key, *x.shape[1:3]),
            fill_mode=self.fill_mode,
            interpolation=self.interpolation,
            fill_value=self.fill_value,
        )

    def _change_backward(self, dy: np.ndarray, cache: tuple) -> np.ndarray:
        return affine_transform_backward(dy, cache)


class RandomRotation(_RandomAffine):
    """Turn every image about its middle in training, with Keras's arguments.

    Parameters
    ----------
    factor : float or pair of float
        In whole turns: an angle is drawn from -factor to factor, or from one number to the other.
        Positive angles turn counterclockwise.
    fill_mode, interpolation, fill_value
        Of :func:`affine_transform`.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    def __init__(
        self,
        factor: float | tuple[float, float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode=fill_mode,
            interpolation=interpolation,
            fill_value=fill_value,
            seed=seed,
            data_format=data_format,
            **kwargs,
        )
        self.factor = interval(self._title(), "factor", factor, -1, 1)

    def _maps(self, key: Key, h: int, w: int) -> np.ndarray:
        (turns,) = draw(key, self.factor)
        # Clockwise from the new image to the old one is counterclockwise on the screen.
        return about_centre(rotation(360 * turns), h, w)


class RandomZoom(_RandomAffine):
    """Shrink or stretch every image about its middle in training, with Keras's arguments.

    Parameters
    ----------
    height_factor, width_factor : float or pair of float
        An image shows 1 + z times its height, z being drawn from -factor to factor, or from one
        number to the other: positive factors zoom out. Without `width_factor`, the width has the
        height's z.
    fill_mode, interpolation, fill_value
        Of :func:`affine_transform`.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    def __init__(
        self,
        height_factor: float | tuple[float, float],
        width_factor: float | tuple[float, float] | None = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode=fill_mode,
            interpolation=interpolation,
            fill_value=fill_value,
            seed=seed,
            data_format=data_format,
            **kwargs,
        )
        self.height_factor, self.width_factor = height_factor, width_factor
        self._intervals()

    def _intervals(self) -> list[tuple[float, float]]:
        factors = {"height_factor": self.height_factor, "width_factor": self.width_factor}
        found = [
            interval(self._title(), name, factor, -1, 1)
            for name, factor in factors.items()
            if factor is not None or name == "height_factor"
        ]
        if min(low for low, _ in found) <= -1:
            raise self._error("factors must be above -1: nothing would be left of an image")
        return found

    def _maps(self, key: Key, h: int, w: int) -> np.ndarray:
        high, *wide = 1 + draw(key, *self._intervals())
        return about_centre(scaling(wide[0] if wide else high, high), h, w)


class RandomTranslation(_RandomAffine):
    """Move every image in training, with Keras's arguments.

    Parameters
    ----------
    height_factor, width_factor : float or pair of float
        Shares of the height, downwards, and of the width, to the right, are drawn from -factor to
        factor, or from one number to the other.
    fill_mode, interpolation, fill_value
        Of :func:`affine_transform`.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    def __init__(
        self,
        height_factor: float | tuple[float, float],
        width_factor: float | tuple[float, float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode=fill_mode,
            interpolation=interpolation,
            fill_value=fill_value,
            seed=seed,
            data_format=data_format,
            **kwargs,
        )
        self.height_factor, self.width_factor = height_factor, width_factor
        self._intervals()

    def _intervals(self) -> list[tuple[float, float]]:
        return [
            interval(self._title(), "height_factor", self.height_factor, -1, 1),
            interval(self._title(), "width_factor", self.width_factor, -1, 1),
        ]

    def _maps(self, key: Key, h: int, w: int) -> np.ndarray:
        down, right = draw(key, *self._intervals())
        return translation(-w * right, -h * down)
