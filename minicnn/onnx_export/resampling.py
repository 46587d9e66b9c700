"""Padding, cropping and resizing in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn import layers
from minicnn.geometry import cropped_to_ratio
from minicnn.onnx_export.nodes import Nodes, Value

__all__ = ["RESAMPLING"]

Inputs = Sequence[Value]


def _zero_padding2d(nodes: Nodes, layer: layers.ZeroPadding2D, inputs: Inputs) -> Value:
    (top, bottom), (left, right) = layer.padding
    pads = nodes.constant([0, 0, top, left, 0, 0, bottom, right], "pads", "int64")
    return Value(nodes.add("Pad", inputs[0].name, pads), layer.output_shape or ())


def _cropped(nodes: Nodes, x: Value, corner: tuple[int, int], size: tuple[int, int]) -> Value:
    (top, left), (h, w) = corner, size
    if x.shape[:2] == (h, w):
        return x
    starts = nodes.constant([top, left], "starts", "int64")
    ends = nodes.constant([top + h, left + w], "ends", "int64")
    axes = nodes.constant([2, 3], "axes", "int64")
    return Value(nodes.add("Slice", x.name, starts, ends, axes), (h, w, x.shape[2]))


def _centred(nodes: Nodes, x: Value, h: int, w: int) -> Value:
    return _cropped(nodes, x, ((x.shape[0] - h) // 2, (x.shape[1] - w) // 2), (h, w))


def _cropping2d(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    (top, _), (left, _) = layer.cropping
    return _cropped(nodes, inputs[0], (top, left), layer.output_shape[:2])


def _center_crop(nodes: Nodes, layer: layers.CenterCrop, inputs: Inputs) -> Value:
    (x,) = inputs
    h, w = x.shape[:2]
    if h >= layer.height and w >= layer.width:
        return _centred(nodes, x, layer.height, layer.width)
    x = _centred(nodes, x, *cropped_to_ratio(h, w, layer.height, layer.width))
    return _resized(nodes, layer, x, "bilinear", "half_pixel")


def _resizing(nodes: Nodes, layer: layers.Resizing, inputs: Inputs) -> Value:
    (x,) = inputs
    h, w = x.shape[:2]
    if layer.pad_to_aspect_ratio and h * layer.width != w * layer.height:
        raise ValueError(
            f"{layer.name!r}: a Resizing with pad_to_aspect_ratio cannot be exported to ONNX."
        )
    if layer.crop_to_aspect_ratio:
        x = _centred(nodes, x, *cropped_to_ratio(h, w, layer.height, layer.width))
    return _resized(nodes, layer, x, layer.interpolation, "half_pixel")


def _up_sampling2d(nodes: Nodes, layer: layers.UpSampling2D, inputs: Inputs) -> Value:
    # For whole factors both ways of counting choose the same pixel; more runtimes have this one.
    nearest = layer.interpolation == "nearest"
    coordinates = "asymmetric" if nearest else "half_pixel"
    return _resized(nodes, layer, inputs[0], layer.interpolation, coordinates)


def _resized(nodes: Nodes, layer: Any, x: Value, interpolation: str, coordinates: str) -> Value:
    if x.shape == layer.output_shape:
        return x
    scales = [_scale(x.shape[k], layer.output_shape[k]) for k in range(2)]
    factors = nodes.constant([1.0, 1.0, *scales], "scales")
    if interpolation == "bilinear":
        how = {"mode": "linear"}
    else:
        rounding = "floor" if coordinates == "asymmetric" else "round_prefer_ceil"
        how = {"mode": "nearest", "nearest_mode": rounding}
    name = nodes.add(
        "Resize", x.name, "", factors, coordinate_transformation_mode=coordinates, **how
    )
    return Value(name, layer.output_shape)


def _scale(size: int, target: int) -> float:
    """Return target / size, rounded so that the runtime's floor(size scale) is the target."""
    scale = np.float32(target / size)
    while int(np.floor(size * float(scale))) < target:
        scale = np.nextafter(scale, np.float32(np.inf))
    return float(scale)


RESAMPLING: dict[type, Callable[[Nodes, Any, Inputs], Value]] = {
    layers.ZeroPadding2D: _zero_padding2d,
    layers.Cropping2D: _cropping2d,
    layers.CenterCrop: _center_crop,
    layers.Resizing: _resizing,
    layers.UpSampling2D: _up_sampling2d,
}
