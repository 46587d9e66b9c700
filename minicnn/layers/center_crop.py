"""CenterCrop: the middle of every image. Derivation: docs/math/resizing.md."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.geometry import cropped_to_ratio
from minicnn.intervals import whole_number_in
from minicnn.kernels.resize import Lines
from minicnn.layers.base import Layer
from minicnn.layers.resizing import lines_between, resize, resize_backward
from minicnn.random import Key

__all__ = ["CenterCrop"]


class CenterCrop(Layer):
    """Cut the middle out of every image, with Keras's arguments.

    An image that is too small is cut to the new ratio of height and width and then enlarged.

    Parameters
    ----------
    height, width : int
        Size of the new images.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.

    Notes
    -----
    To cut is to resize with the scale 1: (resizing.2) and (resizing.3), with one number 1 in each
    row of R and C.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = whole_number_in("[1, inf)", height, f"{self._title()}: height")
        self.width = whole_number_in("[1, inf)", width, f"{self._title()}: width")

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        self.output_shape = (self.height, self.width, input_shape[2])

    def _lines(self, h: int, w: int) -> tuple[Lines, Lines]:
        high, wide = self.height, self.width
        if h < high or w < wide:
            high, wide = cropped_to_ratio(h, w, self.height, self.width)
        return (
            lines_between(high, self.height, start=(h - high) // 2),
            lines_between(wide, self.width, start=(w - wide) // 2),
        )

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return resize(x, *self._lines(*x.shape[1:3]))

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return resize_backward(dy, cache), {}
