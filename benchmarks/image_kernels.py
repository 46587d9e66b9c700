"""The kernels that public models and augmenting layers need, and their references.

The sizes are those of the documented network's images and layers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.pairs import Pair, normal
from minicnn.geometry import about_centre, rotation
from minicnn.kernels import affine_transform, depthwise_conv2d, resize
from minicnn.kernels.conv2d import Geometry
from minicnn.layers.resizing import lines_between

__all__ = ["ROWS"]


def _turns(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw images, and a map for each of them."""
    maps = about_centre(rotation(np.linspace(-20, 20, n)), 48, 48)
    return normal(n, 48, 48, 1), maps


def _affine_transform(n: int) -> Pair:
    (x, maps), file = _turns(n), affine_transform
    outside = {"nearest": False, "fill_value": 0.0}
    return Pair(
        lambda: file.affine_transform(x, maps, "reflect", **outside),
        lambda: file.affine_transform_reference(x, maps, "reflect", **outside),
    )


def _affine_transform_adjoint(n: int) -> Pair:
    (dy, maps), file = _turns(n), affine_transform
    return Pair(
        lambda: file.affine_transform_adjoint(dy, maps, "reflect", nearest=False),
        lambda: file.affine_transform_adjoint_reference(dy, maps, "reflect", nearest=False),
    )


def _depthwise(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, Geometry]:
    """Draw x, w and dy of 3x3 filters, and lay their windows."""
    geometry = Geometry((3, 3), (1, 1), (1, 1), (1, 1), (24, 24))
    return normal(n, 24, 24, 64), normal(3, 3, 64, 1), normal(n, 24, 24, 64), geometry


def _depthwise_conv2d(n: int) -> Pair:
    (x, w, _, geometry), file = _depthwise(n), depthwise_conv2d
    return Pair(
        lambda: file.depthwise_conv2d(x, w, geometry),
        lambda: file.depthwise_conv2d_reference(x, w, geometry),
    )


def _depthwise_conv2d_backward(n: int) -> Pair:
    (x, w, dy, geometry), file = _depthwise(n), depthwise_conv2d
    return Pair(
        lambda: file.depthwise_conv2d_backward(dy, x, w, geometry),
        lambda: file.depthwise_conv2d_backward_reference(dy, x, w, geometry),
    )


#: Twice the height and width, between the pixels.
_LARGER = lines_between(24, 48)


def _resize(n: int) -> Pair:
    x = normal(n, 24, 24, 64)
    return Pair(
        lambda: resize.resize(x, _LARGER, _LARGER),
        lambda: resize.resize_reference(x, _LARGER, _LARGER),
    )


def _resize_adjoint(n: int) -> Pair:
    dy, size = normal(n, 48, 48, 64), (24, 24)
    return Pair(
        lambda: resize.resize_adjoint(dy, _LARGER, _LARGER, size),
        lambda: resize.resize_adjoint_reference(dy, _LARGER, _LARGER, size),
    )


#: See :mod:`benchmarks.kernels`.
ROWS: dict[str, Callable[[int], Pair]] = {
    "affine_transform, forward": _affine_transform,
    "affine_transform, backward": _affine_transform_adjoint,
    "depthwise_conv2d, forward": _depthwise_conv2d,
    "depthwise_conv2d, backward": _depthwise_conv2d_backward,
    "resize, forward": _resize,
    "resize, backward": _resize_adjoint,
}
