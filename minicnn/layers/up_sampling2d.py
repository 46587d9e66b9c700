"""UpSampling2D: images several times as large. Derivation: docs/math/resizing.md."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.layers.base import Layer
from minicnn.layers.resizing import check_interpolation, lines_between, resize, resize_backward
from minicnn.layers.windows import pair
from minicnn.random import Key

__all__ = ["UpSampling2D"]


class UpSampling2D(Layer):
    """Enlarge images by whole factors, with Keras's arguments.

    Parameters
    ----------
    size : int or pair of int
        Factors of the height and of the width.
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    interpolation : {"nearest", "bilinear"}
        Repeat every pixel, or mix the pixels around each new one.

    Notes
    -----
    (resizing.2) and (resizing.3). With "nearest" every old row is size rows of the new image, so
    its derivative is the sum of theirs.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(
        self,
        size: int | tuple[int, int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.size = pair(self._title(), "size", size)
        self.interpolation = check_interpolation(self._title(), interpolation)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        h, w, c = input_shape
        self.output_shape = (h * self.size[0], w * self.size[1], c)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        rows, columns = (
            lines_between(size, size * factor, self.interpolation)
            for size, factor in zip(x.shape[1:3], self.size, strict=True)
        )
        return resize(x, rows, columns)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return resize_backward(dy, cache), {}
