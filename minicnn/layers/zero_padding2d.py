"""ZeroPadding2D: a frame of zeros around the image. Derivation: docs/math/zero_padding2d.md."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.configurable import plain
from minicnn.layers.base import Layer
from minicnn.layers.windows import pair
from minicnn.random import Key

__all__ = ["ZeroPadding2D", "zero_padding2d", "zero_padding2d_backward"]

Frame = tuple[tuple[int, int], tuple[int, int]]


def zero_padding2d(x: np.ndarray, *, padding: Frame) -> tuple[np.ndarray, tuple]:
    r"""Write the image into a larger one of zeros.

    .. math:: y_{n,\,r + a,\,s + a',\,c} = x_{nrsc}, \quad y = 0 \text{ elsewhere}
              \tag{zero_padding2d.1}

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    padding : ((a, below), (a', right))
        Rows above and below, columns left and right.

    Returns
    -------
    y : ndarray, shape (n, a + h + below, a' + w + right, c)
    cache : tuple
        For :func:`zero_padding2d_backward`.
    """
    (above, below), (left, right) = padding
    n, h, w, c = x.shape
    y = np.zeros((n, above + h + below, left + w + right, c), x.dtype)
    inside = (slice(None), slice(above, above + h), slice(left, left + w))
    y[inside] = x
    return y, (inside,)


def zero_padding2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`zero_padding2d`: cut the frame off.

    .. math:: dx_{nrsc} = dy_{n,\,r + a,\,s + a',\,c} \tag{zero_padding2d.2}
    """
    return dy[cache[0]]


class ZeroPadding2D(Layer):
    """A frame of zeros around the image, with Keras's arguments.

    Parameters
    ----------
    padding : int, pair of int, or pair of pairs
        One width for all sides; (rows above and below, columns left and right); or
        ((above, below), (left, right)).
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        padding = plain(padding)
        both = padding if isinstance(padding, (tuple, list)) else (padding, padding)
        if len(both) != 2:
            raise self._error(
                f"padding must be an integer, a pair, or a pair of pairs, got {padding!r}"
            )
        title = self._title()
        self.padding: Frame = (
            pair(title, "padding", both[0], least=0),
            pair(title, "padding", both[1], least=0),
        )

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        h, w, c = input_shape
        self.output_shape = (h + sum(self.padding[0]), w + sum(self.padding[1]), c)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return zero_padding2d(x, padding=self.padding)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return zero_padding2d_backward(dy, cache), {}
