"""Resizing: images of another height and width, by interpolation.

Derivation: docs/math/resizing.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from minicnn.geometry import cropped_to_ratio
from minicnn.intervals import number_in, whole_number_in
from minicnn.kernels import resize as kernel
from minicnn.kernels.resize import Lines
from minicnn.layers.base import Layer
from minicnn.layers.checks import check_dy
from minicnn.layers.zero_padding2d import Frame
from minicnn.random import Key

__all__ = [
    "Resizing",
    "check_interpolation",
    "lines_between",
    "resize",
    "resize_backward",
]


@lru_cache(maxsize=256)
def lines_between(size: int, target: int, interpolation: str = "bilinear", start: int = 0) -> Lines:
    r"""Lay `target` rows evenly over `size` rows, of which the first is number `start`.

    .. math:: u_p = (p + \tfrac{1}{2}) \frac{h}{h'} - \tfrac{1}{2} \tag{resizing.1}

    Row p of h' lies at u, cut to the image. It is a mixture of the rows before and after u, or with
    "nearest" the row that u + 1/2 lies in.
    """
    if interpolation == "nearest":
        # Rounded as TensorFlow rounds, so that ties go to the same row.
        at = (np.arange(target, dtype=np.float32) + np.float32(0.5)) * np.float32(size / target)
        row = start + np.minimum(np.floor(at).astype(np.intp), size - 1)
        return Lines(row, row, np.zeros(target))
    u = np.clip((np.arange(target) + 0.5) * (size / target) - 0.5, 0, size - 1)
    first = np.floor(u).astype(np.intp)
    return Lines(start + first, start + np.minimum(first + 1, size - 1), u - first)


def resize(x: np.ndarray, rows: Lines, columns: Lines) -> tuple[np.ndarray, tuple]:
    r"""Mix rows, and columns.

    .. math:: y_{npqc} = \sum_{r,s} R_{pr} C_{qs}\, x_{nrsc} \tag{resizing.2}

    A row of R, and of C, has at most two numbers other than zero: the shares of two old rows.

    Parameters
    ----------
    x : ndarray, shape (n, h, w, c)
    rows, columns : Lines
        The R and C of the formula, from :func:`lines_between`.

    Returns
    -------
    y : ndarray, shape (n, number of rows, number of columns, c)
    cache : tuple
        For :func:`resize_backward`.

    Raises
    ------
    ValueError
        If `x` does not have that many rows or columns.
    """
    return kernel.resize(x, rows, columns), (x.shape, rows, columns)


def resize_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`resize`.

    .. math:: dx_{nrsc} = \sum_{p,q} R_{pr} C_{qs}\, dy_{npqc} \tag{resizing.3}
    """
    shape, rows, columns = cache
    expected = (shape[0], len(rows.first), len(columns.first), shape[3])
    check_dy("resize_backward", dy, expected)
    return kernel.resize_adjoint(dy, rows, columns, shape[1:3])


def check_interpolation(title: str, interpolation: Any) -> str:
    """Return "bilinear" or "nearest" in lower case; raise ValueError for anything else."""
    known = ("bilinear", "nearest")
    if isinstance(interpolation, str) and interpolation.lower() in known:
        return interpolation.lower()
    raise ValueError(
        f"{title}: interpolation={interpolation!r} is not supported; expected 'bilinear' or "
        "'nearest'."
    )


class Resizing(Layer):
    """Give images another height and width, with Keras's arguments.

    Parameters
    ----------
    height, width : int
        Size of the new images.
    interpolation : {"bilinear", "nearest"}
        Mix the pixels around a point, or take the nearest.
    crop_to_aspect_ratio : bool
        Cut to the new ratio first, around the middle, instead of distorting the image.
    pad_to_aspect_ratio : bool
        Put a frame around the image first, instead of distorting it.
    fill_mode : {"constant"}
        Accepted for compatibility with Keras; it changes nothing.
    fill_value : float
        Value of the frame.
    antialias : {False}, data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "fill_mode": ("constant",),
        "antialias": (False,),
        "data_format": ("channels_last", None),
    }

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            fill_mode=fill_mode, antialias=antialias, data_format=data_format, **kwargs
        )
        title = self._title()
        self.height = whole_number_in("[1, inf)", height, f"{title}: height")
        self.width = whole_number_in("[1, inf)", width, f"{title}: width")
        self.interpolation = check_interpolation(title, interpolation)
        self.crop_to_aspect_ratio = bool(crop_to_aspect_ratio)
        self.pad_to_aspect_ratio = bool(pad_to_aspect_ratio)
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise self._error("crop_to_aspect_ratio and pad_to_aspect_ratio cannot both be set")
        self.fill_value = number_in("(-inf, inf)", fill_value, f"{title}: fill_value")

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != 3:
            raise self._error(f"build: expected input_shape (h, w, c), got {input_shape}")
        self.output_shape = (self.height, self.width, input_shape[2])

    def _frame(self, h: int, w: int) -> Frame:
        """Return the rows and columns to put around an image; the same on both sides, as Keras."""
        if not self.pad_to_aspect_ratio:
            return (0, 0), (0, 0)
        high, wide = max(h, w * self.height // self.width), max(w, h * self.width // self.height)
        return ((high - h) // 2, (high - h) // 2), ((wide - w) // 2, (wide - w) // 2)

    def _lines(self, h: int, w: int) -> tuple[Lines, Lines]:
        high, wide = h, w
        if self.crop_to_aspect_ratio:
            high, wide = cropped_to_ratio(h, w, self.height, self.width)
        return (
            lines_between(high, self.height, self.interpolation, (h - high) // 2),
            lines_between(wide, self.width, self.interpolation, (w - wide) // 2),
        )

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        frame = self._frame(*x.shape[1:3])
        if any(map(any, frame)):
            x = np.pad(x, ((0, 0), *frame, (0, 0)), constant_values=self.fill_value)
        y, cache = resize(x, *self._lines(*x.shape[1:3]))
        return y, (cache, frame)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        (above, below), (left, right) = cache[1]
        dx = resize_backward(dy, cache[0])
        return dx[:, above : dx.shape[1] - below, left : dx.shape[2] - right], {}
