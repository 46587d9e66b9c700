"""RandomContrast and RandomBrightness: in training, images in another light.

Derivation: docs/math/random_images.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.layers.checks import check_dy
from minicnn.layers.random_images import RandomImages, draw, interval
from minicnn.random import Key

__all__ = ["RandomBrightness", "RandomContrast", "light", "light_backward"]


def light(
    x: np.ndarray, contrast: np.ndarray, brightness: np.ndarray, *, low: float, high: float
) -> tuple[np.ndarray, tuple]:
    r"""Stretch the distances from each channel's mean m, add light, and cut to the range.

    .. math:: y_{nrsc} = \operatorname{clip}(m_{nc} + k_n (x_{nrsc} - m_{nc}) + b_n), \quad
              m_{nc} = \frac{1}{h w} \sum_{r,s} x_{nrsc} \tag{random_images.5}

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    contrast, brightness : ndarray, shape (n,)
        k and b; 1 and 0 change nothing that is in the range.
    low, high : float
        Bounds of the clip.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`light_backward`.
    """
    k, b = (np.asarray(value, x.dtype)[:, None, None, None] for value in (contrast, brightness))
    m = x.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(x.dtype)
    z = (x - m) * k + m + b
    return np.clip(z, low, high), (k, (z >= low) & (z <= high))


def light_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`light`.

    .. math:: dz = dy \text{ inside the range}, \; 0 \text{ outside}, \quad
              dx_{nrsc} = k_n\, dz_{nrsc} + \frac{1 - k_n}{h w} \sum_{r',s'} dz_{nr's'c}
              \tag{random_images.6}
    """
    k, inside = cache
    check_dy("light_backward", dy, inside.shape)
    dz = np.where(inside, dy, dy.dtype.type(0))
    mean = dz.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(dz.dtype)
    return k * dz + (1 - k) * mean


class _RandomLight(RandomImages):
    """What the two layers share: the range of the values."""

    def __init__(self, *, value_range: tuple[float, float], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(value_range, (tuple, list)):
            raise self._error(f"value_range must be two numbers, got {value_range!r}")
        self.value_range = interval(self._title(), "value_range", value_range, -np.inf, np.inf)

    def _light(
        self, x: np.ndarray, contrast: np.ndarray, brightness: np.ndarray
    ) -> tuple[np.ndarray, tuple]:
        low, high = self.value_range
        return light(x, contrast, brightness * (high - low), low=low, high=high)

    def _change_backward(self, dy: np.ndarray, cache: tuple) -> np.ndarray:
        return light_backward(dy, cache)

    def branches(self, cache: tuple | None) -> np.ndarray | None:
        return None if cache is None else cache[1]


class RandomContrast(_RandomLight):
    """Stretch the distances of an image from its channels' means in training, as Keras does.

    Parameters
    ----------
    factor : float or pair of float
        A pair (a, b) draws the stretch from 1 - a to 1 + b. One number b is the pair (0, b), as
        Keras 3 takes it.
    value_range : pair of float
        Values outside are cut to it: (0, 255), or (0, 1) for images that are scaled already.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    def __init__(
        self,
        factor: float | tuple[float, float],
        value_range: tuple[float, float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, seed=seed, **kwargs)
        self.factor = interval(self._title(), "factor", factor, 0, 1)

    def _change(self, x: np.ndarray, key: Key) -> tuple[np.ndarray, tuple]:
        (stretch,) = draw(key, (1 - self.factor[0], 1 + self.factor[1]))
        return self._light(x, stretch, np.zeros(len(x)))


class RandomBrightness(_RandomLight):
    """Make images brighter or darker in training, with Keras's arguments.

    Parameters
    ----------
    factor : float or pair of float
        A share of the range is added, drawn from -factor to factor, or from one number to the
        other; -1 is black, 1 is white.
    value_range : pair of float
        Values outside are cut to it: (0, 255), or (0, 1) for images that are scaled already.
    seed : int, optional
        Kept for Keras's files, and without effect: see :class:`~minicnn.layers.Dropout`.
    """

    def __init__(
        self,
        factor: float | tuple[float, float],
        value_range: tuple[float, float] = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range=value_range, seed=seed, **kwargs)
        self.factor = interval(self._title(), "factor", factor, -1, 1)

    def _change(self, x: np.ndarray, key: Key) -> tuple[np.ndarray, tuple]:
        (share,) = draw(key, self.factor)
        return self._light(x, np.ones(len(x)), share)
