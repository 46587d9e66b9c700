"""Convolutions and pooling in ONNX: other orders of axes, and padding in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn import layers
from minicnn.layers.windows import window_geometry, windows
from minicnn.onnx_export.activations import activation
from minicnn.onnx_export.nodes import Nodes, Value

__all__ = ["CONVOLUTIONS", "POOLINGS", "activated"]

Inputs = Sequence[Value]


def activated(nodes: Nodes, layer: Any, value: Value) -> Value:
    """Add the activation of a layer that has one."""
    return activation(nodes, layer.activation.name, value)


def _pads(
    image: Sequence[int],
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int] = (1, 1),
) -> list[int]:
    """Return top, left, bottom, right."""
    rows, columns = (
        windows(image[k], window[k], strides[k], padding, dilation[k]) for k in range(2)
    )
    return [rows.before, columns.before, rows.after, columns.after]


def _convolution(
    nodes: Nodes, layer: Any, x: Value, kernel: np.ndarray, groups: int, *, bias: bool
) -> str:
    """Add a convolution; the kernel is (f, c / groups, kh, kw)."""
    inputs = [x.name, nodes.constant(kernel, f"{layer.name}/kernel")]
    if bias:
        inputs.append(nodes.constant(layer.params["bias"], f"{layer.name}/bias"))
    return nodes.add(
        "Conv",
        *inputs,
        wish=layer.name,
        kernel_shape=kernel.shape[2:],
        strides=layer.strides,
        dilations=layer.dilation_rate,
        pads=_pads(x.shape, layer.kernel_size, layer.strides, layer.padding, layer.dilation_rate),
        group=groups,
    )


def _conv2d(nodes: Nodes, layer: layers.Conv2D, inputs: Inputs) -> Value:
    (x,) = inputs
    kernel = layer.params["kernel"].transpose(3, 2, 0, 1)
    groups = x.shape[2] // kernel.shape[1]
    name = _convolution(nodes, layer, x, kernel, groups, bias=layer.use_bias)
    return activated(nodes, layer, Value(name, layer.output_shape or ()))


def _by_channel(kernel: np.ndarray) -> np.ndarray:
    """Turn (kh, kw, c, m) into one filter for each output channel: (c m, 1, kh, kw)."""
    kh, kw, c, m = kernel.shape
    return kernel.transpose(2, 3, 0, 1).reshape(c * m, 1, kh, kw)


def _depthwise_conv2d(nodes: Nodes, layer: layers.DepthwiseConv2D, inputs: Inputs) -> Value:
    (x,) = inputs
    kernel = _by_channel(layer.params["kernel"])
    name = _convolution(nodes, layer, x, kernel, x.shape[2], bias=layer.use_bias)
    return activated(nodes, layer, Value(name, layer.output_shape or ()))


def _separable_conv2d(nodes: Nodes, layer: layers.SeparableConv2D, inputs: Inputs) -> Value:
    (x,) = inputs
    depthwise = _by_channel(layer.params["depthwise_kernel"])
    name = _convolution(nodes, layer, x, depthwise, x.shape[2], bias=False)
    pointwise = layer.params["pointwise_kernel"].transpose(3, 2, 0, 1)
    operands = [name, nodes.constant(pointwise, f"{layer.name}/pointwise_kernel")]
    if layer.use_bias:
        operands.append(nodes.constant(layer.params["bias"], f"{layer.name}/bias"))
    name = nodes.add("Conv", *operands, kernel_shape=(1, 1), wish=layer.name)
    return activated(nodes, layer, Value(name, layer.output_shape or ()))


def _conv2d_transpose(nodes: Nodes, layer: layers.Conv2DTranspose, inputs: Inputs) -> Value:
    (x,) = inputs
    kernel = layer.params["kernel"].transpose(3, 2, 0, 1)
    assert layer.output_shape is not None
    size = layer.output_shape[:2]
    before = window_geometry(
        size, layer.kernel_size, layer.strides, layer.padding, layer.dilation_rate
    ).before
    after, more = [], []
    for k in range(2):
        extent = (layer.kernel_size[k] - 1) * layer.dilation_rate[k] + 1
        cut = layer.strides[k] * (x.shape[k] - 1) + extent - size[k] - before[k]
        after.append(max(cut, 0))
        more.append(max(-cut, 0))
    operands = [x.name, nodes.constant(kernel, f"{layer.name}/kernel")]
    if layer.use_bias:
        operands.append(nodes.constant(layer.params["bias"], f"{layer.name}/bias"))
    name = nodes.add(
        "ConvTranspose",
        *operands,
        wish=layer.name,
        kernel_shape=layer.kernel_size,
        strides=layer.strides,
        dilations=layer.dilation_rate,
        pads=[*before, *after],
        output_padding=more,
    )
    return activated(nodes, layer, Value(name, layer.output_shape))


CONVOLUTIONS: dict[type, Callable[[Nodes, Any, Inputs], Value]] = {
    layers.Conv2D: _conv2d,
    layers.DepthwiseConv2D: _depthwise_conv2d,
    layers.SeparableConv2D: _separable_conv2d,
    layers.Conv2DTranspose: _conv2d_transpose,
}


def _pooling(operator: str, **attributes: Any) -> Callable[[Nodes, Any, Inputs], Value]:
    def pooling(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
        (x,) = inputs
        pads = _pads(x.shape, layer.pool_size, layer.strides, layer.padding)
        name = nodes.add(
            operator,
            x.name,
            wish=layer.name,
            kernel_shape=layer.pool_size,
            strides=layer.strides,
            pads=pads,
            **attributes,
        )
        return Value(name, layer.output_shape)

    return pooling


def _global_pooling(operator: str) -> Callable[[Nodes, Any, Inputs], Value]:
    def pooling(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
        name = nodes.add(operator, inputs[0].name, wish=layer.name)
        if not layer.keepdims:
            name = nodes.add("Flatten", name)
        return Value(name, layer.output_shape)

    return pooling


POOLINGS: dict[type, Callable[[Nodes, Any, Inputs], Value]] = {
    layers.MaxPooling2D: _pooling("MaxPool"),
    layers.AveragePooling2D: _pooling("AveragePool", count_include_pad=0),
    layers.GlobalAveragePooling2D: _global_pooling("GlobalAveragePool"),
    layers.GlobalMaxPooling2D: _global_pooling("GlobalMaxPool"),
}
