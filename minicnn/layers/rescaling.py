"""Rescaling: from pixels to numbers a network likes. Derivation: docs/math/rescaling.md."""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import number_in
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key

__all__ = ["Rescaling", "rescaling", "rescaling_backward"]


def rescaling(x: np.ndarray, *, scale: float, offset: float = 0.0) -> tuple[np.ndarray, tuple]:
    r"""Multiply by a number and add one.

    .. math:: y = s x + o \tag{rescaling.1}

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`rescaling_backward`.
    """
    return x * x.dtype.type(scale) + x.dtype.type(offset), (scale,)


def rescaling_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`rescaling`.

    .. math:: dx = s\, dy \tag{rescaling.2}
    """
    return dy * dy.dtype.type(cache[0])


class Rescaling(Elementwise):
    """Multiply by a number and add one, with Keras's arguments.

    Parameters
    ----------
    scale : float
        Factor: 1 / 255 brings the pixels 0..255 to 0..1.
    offset : float
        Added afterwards.
    """

    def __init__(self, scale: float, offset: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = number_in("(-inf, inf)", scale, f"{self._title()}: scale")
        self.offset = number_in("(-inf, inf)", offset, f"{self._title()}: offset")

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return rescaling(x, scale=self.scale, offset=self.offset)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return rescaling_backward(dy, cache), {}
