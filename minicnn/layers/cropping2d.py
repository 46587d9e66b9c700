"""Cropping2D: images without a frame. Derivation: docs/math/cropping2d.md."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.layers.base import Layer
from minicnn.layers.windows import pair
from minicnn.layers.zero_padding2d import Frame, zero_padding2d
from minicnn.random import Key

__all__ = ["Cropping2D", "cropping2d", "cropping2d_backward"]


def cropping2d(x: np.ndarray, *, cropping: Frame) -> tuple[np.ndarray, tuple]:
    r"""Cut off rows and columns.

    .. math:: y_{nrsc} = x_{n,\,r + a,\,s + a',\,c} \tag{cropping2d.1}

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    cropping : ((a, below), (a', right))
        Rows above and below, columns left and right.

    Returns
    -------
    y : ndarray, shape (n, h - a - below, w - a' - right, c)
    cache : tuple
        For :func:`cropping2d_backward`.
    """
    (above, below), (left, right) = cropping
    return x[:, above : x.shape[1] - below, left : x.shape[2] - right], (cropping,)


def cropping2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`cropping2d`: a frame of zeros around dy.

    .. math:: dx_{n,\,r + a,\,s + a',\,c} = dy_{nrsc}, \quad dx = 0 \text{ elsewhere}
              \tag{cropping2d.2}
    """
    return zero_padding2d(dy, padding=cache[0])[0]


class Cropping2D(Layer):
    """Cut off rows and columns, with Keras's arguments.

    Parameters
    ----------
    cropping : int, pair of int, or pair of pairs
        One width for all sides; (rows above and below, columns left and right); or
        ((above, below), (left, right)).
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        both = cropping if isinstance(cropping, (tuple, list)) else (cropping, cropping)
        if len(both) != 2:
            raise self._error(
                f"cropping must be an integer, a pair, or a pair of pairs, got {cropping!r}"
            )
        title = self._title()
        self.cropping: Frame = (
            pair(title, "cropping", both[0], least=0),
            pair(title, "cropping", both[1], least=0),
        )

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        h, w, c = input_shape
        left_over = h - sum(self.cropping[0]), w - sum(self.cropping[1])
        if min(left_over) < 1:
            raise self._error(
                f"build: cropping={self.cropping} leaves nothing of input_shape {input_shape}"
            )
        self.output_shape = (*left_over, c)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return cropping2d(x, cropping=self.cropping)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return cropping2d_backward(dy, cache), {}
