"""What the pooling layers share: windows over images, or one window over the whole image."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.kernels.conv2d import Geometry
from minicnn.layers.base import Layer
from minicnn.layers.windows import check_padding, pair, window_geometry

__all__ = ["GlobalPooling2D", "Pooling2D", "pool_geometry"]


def pool_geometry(
    height: int, width: int, pool_size: tuple[int, int], strides: tuple[int, int], padding: str
) -> Geometry:
    """Lay the windows of a pool over an image.

    Raises
    ------
    ValueError
        If no window fits.
    """
    return window_geometry((height, width), pool_size, strides, padding)


class Pooling2D(Layer):
    """One number for every window and channel, with Keras's arguments.

    Parameters
    ----------
    pool_size : int or pair of int
        Height and width of the window.
    strides : int or pair of int, optional
        Steps between windows; None takes the pool's size.
    padding : {"valid", "same"}
        "valid" keeps windows inside the image; "same" gives ceil(size / stride) of them.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self,
        pool_size: int | tuple[int, int] = (2, 2),
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        title = self._title()
        self.pool_size = pair(title, "pool_size", pool_size)
        self.strides = self.pool_size if strides is None else pair(title, "strides", strides)
        self.padding = check_padding(title, padding)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        h, w, c = input_shape
        try:
            geometry = pool_geometry(h, w, self.pool_size, self.strides, self.padding)
        except ValueError as error:
            raise self._error(f"build: for input_shape {input_shape}, {error}") from None
        self.output_shape = (*geometry.output, c)

    def geometry(self, x: np.ndarray) -> Geometry:
        """Lay the windows over images (n, h, w, c)."""
        h, w = x.shape[1:3]
        return pool_geometry(h, w, self.pool_size, self.strides, self.padding)


class GlobalPooling2D(Layer):
    """One number for every image and channel, with Keras's arguments.

    Parameters
    ----------
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    keepdims : bool
        Whether the output is (1, 1, c) and not (c,).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Pooling2D.fixed_arguments

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.keepdims = bool(keepdims)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        self.output_shape = (1, 1, input_shape[2]) if self.keepdims else input_shape[2:]
