"""PyTorch's operators, computed by the layers and losses of this library.

An operator has PyTorch's arguments, with arrays in place of tensors, and returns its output and a
function from the output's derivative to those of its arguments, by name. It only translates:
axes (PyTorch has channels first), names of arguments, and explicit padding, which it adds itself.
What the library leaves out is OutOfScope.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from foreign.onnx_operators import built, first, last
from foreign.outcomes import OutOfScope
from minicnn import layers, losses

__all__ = ["OPERATORS"]

Gradients = dict[str, np.ndarray]
Result = tuple[np.ndarray, Callable[[np.ndarray], Gradients]]
Size = int | Sequence[int]


def through(
    layer: layers.Layer, x: np.ndarray, weights: dict[str, Any], training: bool = False
) -> tuple[np.ndarray, Callable[[np.ndarray], tuple[np.ndarray, Gradients]]]:
    """Return the output of a layer, and its backward pass."""
    if not x.size:
        raise OutOfScope("arrays without numbers")
    layer = built(layer, x, weights)
    y, cache = layer.forward(np.ascontiguousarray(x), training=training, key=0)
    return y, lambda dy: layer.backward(np.ascontiguousarray(dy), cache)


def pair(size: Size) -> tuple[int, int]:
    sizes = (size,) if isinstance(size, int) else tuple(size)
    return (sizes[0], sizes[-1])


def with_batch(x: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return images with channels last and a batch axis, and the way back."""
    single = x.ndim == 3
    images = last(x[None] if single else x)
    return images, lambda y: first(y)[0] if single else first(y)


def padded(
    x: np.ndarray, padding: Size, fill: float = 0.0
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return padded images, and the function that takes the padding off again."""
    rows, columns = pair(padding)
    h, w = x.shape[1:3]
    around = ((0, 0), (rows, rows), (columns, columns), (0, 0))
    return (
        np.pad(x, around, constant_values=fill),
        lambda d: d[:, rows : rows + h, columns : columns + w],
    )


def check_steps(stride: Size, dilation: Size) -> None:
    if max(pair(stride)) > 1 and max(pair(dilation)) > 1:
        raise OutOfScope("strides and dilation at once, which Keras does not have either")


def conv2d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Result:
    x, back = with_batch(input)
    name = padding if isinstance(padding, str) else "valid"
    x, cut = padded(x, 0 if isinstance(padding, str) else padding)
    common: dict[str, Any] = {"strides": pair(stride), "dilation_rate": pair(dilation)}
    common |= {"padding": name, "use_bias": bias is not None}
    size, out = weight.shape[2:], len(weight)
    check_steps(stride, dilation)
    if groups == x.shape[-1] > 1:
        layer: Any = layers.DepthwiseConv2D(size, depth_multiplier=out // groups, **common)
        to, fro = (2, 3, 0, 1), (2, 3, 0, 1)
    else:
        layer = layers.Conv2D(out, size, groups=groups, **common)
        to, fro = (2, 3, 1, 0), (3, 2, 0, 1)
    y, backward = through(layer, x, {"kernel": weight.transpose(to), "bias": bias})

    def gradients(dy: np.ndarray) -> Gradients:
        dx, found = backward(last(dy.reshape(first(y).shape)))
        dw = found["kernel"].reshape([weight.shape[axis] for axis in to]).transpose(fro)
        return {"input": back(cut(dx)), "weight": dw, "bias": found.get("bias")}

    return back(y), gradients


def conv_transpose2d(
    input: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Result:
    if groups != 1:
        raise OutOfScope("groups of a transposed convolution")
    check_steps(stride, dilation)
    x, back = with_batch(input)
    steps, sizes = pair(stride), weight.shape[2:]
    layer = layers.Conv2DTranspose(
        weight.shape[1], sizes, steps, dilation_rate=pair(dilation), use_bias=bias is not None
    )
    whole, backward = through(layer, x, {"kernel": weight.transpose(2, 3, 1, 0), "bias": bias})
    spans = []
    for axis in range(2):
        n, s, k = x.shape[1 + axis], steps[axis], sizes[axis]
        p, extra = pair(padding)[axis], pair(output_padding)[axis]
        spans.append((p, (n - 1) * s - p + pair(dilation)[axis] * (k - 1) + 1 + extra))
    (top, bottom), (left, right) = spans
    if bottom > whole.shape[1] or right > whole.shape[2]:
        raise OutOfScope("output_padding beyond what the filters reach")

    def gradients(dy: np.ndarray) -> Gradients:
        dwhole = np.zeros_like(whole)
        dwhole[:, top:bottom, left:right] = last(dy[None] if input.ndim == 3 else dy)
        dx, found = backward(dwhole)
        dw = found["kernel"].transpose(3, 2, 0, 1)
        return {"input": back(dx), "weight": dw, "bias": found.get("bias")}

    return back(whole[:, top:bottom, left:right]), gradients


def pooled(
    layer: Any, input: np.ndarray, padding: Size, fill: float, sizes: Sequence[int], ceil: bool
) -> Result:
    x, back = with_batch(input)
    x, cut = padded(x, padding, fill)
    if ceil:
        for n, k, s in zip(x.shape[1:3], sizes, layer.strides, strict=True):
            if (n - k) % s:
                raise OutOfScope("ceil_mode, where it adds windows")
    y, backward = through(layer, x, {})
    return back(y), lambda dy: {"input": back(cut(backward(last(dy.reshape(first(y).shape)))[0]))}


def max_pool2d(
    input: np.ndarray,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Result:
    if pair(dilation) != (1, 1):
        raise OutOfScope("dilated pooling")
    if return_indices:
        raise OutOfScope("indices of the maxima as an output")
    size = pair(kernel_size)
    layer = layers.MaxPooling2D(size, size if stride is None else pair(stride))
    return pooled(layer, input, padding, -np.inf, size, ceil_mode)


def avg_pool2d(
    input: np.ndarray,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Result:
    size = pair(kernel_size)
    if divisor_override not in (None, math.prod(size)):
        raise OutOfScope("another divisor than the size of the window")
    if not count_include_pad and pair(padding) != (0, 0):
        raise OutOfScope("explicit padding that a mean leaves out")
    layer = layers.AveragePooling2D(size, size if stride is None else pair(stride))
    return pooled(layer, input, padding, 0.0, size, ceil_mode)


def adaptive_avg_pool2d(input: np.ndarray, output_size: Any) -> Result:
    if output_size not in (1, (1, 1), [1, 1]):
        raise OutOfScope("windows that follow from the size of the output, but for a single one")
    x, back = with_batch(input)
    y, backward = through(layers.GlobalAveragePooling2D(keepdims=True), x, {})
    return back(y), lambda dy: {"input": back(backward(last(dy.reshape(first(y).shape)))[0])}


def batch_norm(
    input: np.ndarray,
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Result:
    if not input.size:
        raise OutOfScope("arrays without numbers")
    layer = layers.BatchNormalization(
        epsilon=eps, scale=weight is not None, center=bias is not None
    )
    statistics = {"moving_mean": running_mean, "moving_variance": running_var}
    if running_mean is None or running_var is None:
        c = input.shape[1]
        training, statistics = True, {"moving_mean": np.zeros(c), "moving_variance": np.ones(c)}
    weights = statistics | {"gamma": weight, "beta": bias}
    y, backward = through(layer, last(input), weights, training)

    def gradients(dy: np.ndarray) -> Gradients:
        dx, found = backward(last(dy))
        return {"input": first(dx), "weight": found.get("gamma"), "bias": found.get("beta")}

    return first(y), gradients


def layer_norm(
    input: np.ndarray,
    normalized_shape: Sequence[int],
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    eps: float = 1e-5,
) -> Result:
    k = len(normalized_shape)
    if input.ndim == k:
        raise OutOfScope("a normalisation over the samples")
    if eps < 0:
        raise OutOfScope("a negative epsilon")
    layer = layers.LayerNormalization(
        list(range(input.ndim - k, input.ndim)),
        eps,
        center=bias is not None,
        scale=weight is not None,
    )
    y, backward = through(layer, input, {"gamma": weight, "beta": bias})

    def gradients(dy: np.ndarray) -> Gradients:
        dx, found = backward(dy)
        return {"input": dx, "weight": found.get("gamma"), "bias": found.get("beta")}

    return y, gradients


def group_norm(
    input: np.ndarray,
    num_groups: int,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    eps: float = 1e-5,
) -> Result:
    if input.ndim == 1:
        raise OutOfScope("a normalisation over the samples")
    if eps < 0:
        raise OutOfScope("a negative epsilon")
    layer = layers.GroupNormalization(
        num_groups, 1, eps, center=bias is not None, scale=weight is not None
    )
    y, backward = through(layer, input, {"gamma": weight, "beta": bias})

    def gradients(dy: np.ndarray) -> Gradients:
        dx, found = backward(dy)
        return {"input": dx, "weight": found.get("gamma"), "bias": found.get("beta")}

    return y, gradients


def instance_norm(
    input: np.ndarray,
    running_mean: Any = None,
    running_var: Any = None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Result:
    if not use_input_stats:
        raise OutOfScope("running statistics of instances")
    return group_norm(input, -1, weight, bias, eps)


def normalize(input: np.ndarray, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Result:
    if p != 2 or eps != 1e-12:
        raise OutOfScope("another norm than the Euclidean one")
    if dim % input.ndim == 0:
        raise OutOfScope("a normalisation over the samples")
    y, backward = through(layers.UnitNormalization(dim), input, {})
    return y, lambda dy: {"input": backward(dy)[0]}


def linear(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> Result:
    """A weight without an axis of outputs has one output, whose axis goes."""
    w = weight.reshape(-1, weight.shape[-1])
    layer = layers.Dense(len(w), use_bias=bias is not None)
    x = input[None] if input.ndim == 1 else input
    y, backward = through(layer, x, {"kernel": w.T, "bias": bias})
    shape = input.shape[:-1] + weight.shape[:-1]

    def gradients(dy: np.ndarray) -> Gradients:
        dx, found = backward(dy.reshape(y.shape))
        dw, db = found["kernel"].T.reshape(weight.shape), found.get("bias")
        return {
            "input": dx.reshape(input.shape),
            "weight": dw,
            "bias": db if bias is None else db.reshape(bias.shape),
        }

    return y.reshape(shape), gradients


def cross_entropy(
    input: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Result:
    scores = input[None] if input.ndim == 1 else input
    classes = scores.shape[1]
    rows = np.moveaxis(scores, 1, -1)
    places = rows.shape[:-1]
    rows = np.ascontiguousarray(rows.reshape(-1, classes))
    if not rows.size:
        raise OutOfScope("arrays without numbers")
    if target.dtype.kind == "f":
        if weight is not None:
            raise OutOfScope("weights of classes for targets that are probabilities")
        y = np.moveaxis(target.reshape(scores.shape), 1, -1).reshape(-1, classes)
        given, total = np.ones(len(rows)), float(len(rows))
    else:
        if weight is not None and label_smoothing:
            raise OutOfScope("weights of classes together with label_smoothing")
        labels = target.reshape(-1)
        keep = labels != ignore_index
        labels = np.where(keep, labels, 0)
        y = np.eye(classes)[labels]
        given = np.where(keep, 1.0 if weight is None else weight[labels], 0.0)
        total = given.sum()
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=label_smoothing)
    values, cache = loss.rows(y, rows)
    factor = given / total if reduction == "mean" else given

    def gradients(dy: np.ndarray) -> Gradients:
        scale = (dy.reshape(-1) if reduction == "none" else dy) * factor
        dx = loss.rows_backward(cache, scale).reshape(*places, classes)
        return {"input": np.moveaxis(dx, -1, 1).reshape(input.shape)}

    each = values * factor
    shape = places if input.ndim > 1 else ()
    return each.reshape(shape) if reduction == "none" else each.sum(), gradients


def elementwise(make: Callable[..., Any]) -> Callable[..., Result]:
    """Return the operator of a layer that treats every number alike."""

    def operator(input: np.ndarray, *arguments: Any, inplace: bool = False, **named: Any) -> Result:
        layer = make(*arguments, **named)
        y, backward = through(layer, input.reshape(1, -1), {})
        return y.reshape(input.shape), lambda dy: {
            "input": backward(dy.reshape(1, -1))[0].reshape(input.shape)
        }

    return operator


def along(name: str) -> Callable[..., Result]:
    """Return the operator of an activation along an axis."""

    def operator(input: np.ndarray, dim: int, dtype: Any = None) -> Result:
        if not input.size:
            raise OutOfScope("arrays without numbers")
        moved = np.moveaxis(np.atleast_1d(input), dim, -1)
        y, backward = through(layers.Activation(name), moved.reshape(-1, moved.shape[-1]), {})

        def back(rows: np.ndarray) -> np.ndarray:
            return np.moveaxis(rows.reshape(moved.shape), -1, dim).reshape(input.shape)

        def gradients(dy: np.ndarray) -> Gradients:
            rows = np.moveaxis(np.atleast_1d(dy), dim, -1).reshape(y.shape)
            return {"input": back(backward(rows)[0])}

        return back(y), gradients

    return operator


def _gelu(approximate: str = "none") -> layers.Layer:
    if approximate == "tanh":
        raise OutOfScope("an activation with an argument: approximate")
    return layers.Activation("gelu")


_BY_NAME = {
    **dict.fromkeys(("relu", "relu6", "selu", "silu", "mish", "softsign")),
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_silu",
}
#: From the name of an operator in PyTorch's list to the function that computes it.
OPERATORS: dict[str, Callable[..., Result]] = {
    "log_softmax": along("log_softmax"),
    "nn.functional.adaptive_avg_pool2d": adaptive_avg_pool2d,
    "nn.functional.avg_pool2d": avg_pool2d,
    "nn.functional.batch_norm": batch_norm,
    "nn.functional.conv2d": conv2d,
    "nn.functional.conv_transpose2d": conv_transpose2d,
    "nn.functional.cross_entropy": cross_entropy,
    "nn.functional.elu": elementwise(lambda alpha=1.0: layers.ELU(alpha)),
    "nn.functional.gelu": elementwise(_gelu),
    "nn.functional.group_norm": group_norm,
    "nn.functional.instance_norm": instance_norm,
    "nn.functional.layer_norm": layer_norm,
    "nn.functional.leaky_relu": elementwise(lambda slope=0.01: layers.LeakyReLU(slope)),
    "nn.functional.linear": linear,
    "nn.functional.max_pool2d": max_pool2d,
    "nn.functional.normalize": normalize,
    "softmax": along("softmax"),
    **{
        f"nn.functional.{name}": elementwise(lambda ours=ours or name: layers.Activation(ours))
        for name, ours in _BY_NAME.items()
    },
}
