"""What layers become: a function for each kind, found by the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn import layers
from minicnn.layers.normalization import EPSILON
from minicnn.layers.sample_axes import positive_axes
from minicnn.layers.unit_normalization import SMALLEST
from minicnn.onnx_export.activations import activation, relu
from minicnn.onnx_export.convolutions import CONVOLUTIONS, POOLINGS, activated
from minicnn.onnx_export.nodes import Nodes, Value
from minicnn.onnx_export.resampling import RESAMPLING

__all__ = ["add_layer"]

Inputs = Sequence[Value]


def add_layer(nodes: Nodes, layer: Any, inputs: Inputs, *, training: bool | None = None) -> Value:
    """Add what a layer computes in inference.

    Raises
    ------
    ValueError
        If the layer, or one of its arguments, has no counterpart, or a call with training=True
        makes it random or has it take the statistics of its batch.
    """
    if training and isinstance(layer, _OTHER_IN_TRAINING):
        raise ValueError(
            f"{layer.name!r}: a call with training=True cannot be exported to ONNX, which is for "
            "inference."
        )
    make = _LAYERS.get(type(layer))  # a subclass may compute something else
    if make is not None:
        return make(nodes, layer, inputs)
    raise ValueError(
        f"{layer.name!r}: a {type(layer).__name__} cannot be exported to ONNX, expected one of "
        f"{', '.join(sorted(cls.__name__ for cls in _LAYERS))}."
    )


def _nothing(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    """Dropout and the like do nothing in inference."""
    return inputs[0]


def _dense(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    (x,) = inputs
    kernel = nodes.constant(layer.params["kernel"], f"{layer.name}/kernel")
    wish = layer.name
    if len(x.shape) == 1 and layer.use_bias:
        bias = nodes.constant(layer.params["bias"], f"{layer.name}/bias")
        name = nodes.add("Gemm", x.name, kernel, bias, wish=wish)
    else:
        name = nodes.add("MatMul", nodes.plain(x), kernel, wish=wish)
        if layer.use_bias:
            name = nodes.add("Add", name, nodes.constant(layer.params["bias"]))
    return activated(nodes, layer, nodes.kept(name, layer.output_shape))


def _batch_normalization(nodes: Nodes, layer: layers.BatchNormalization, inputs: Inputs) -> Value:
    """Scale and shift: y = x s + (beta - mean s), with s = gamma / sqrt(variance + epsilon)."""
    (x,) = inputs
    state = {name: np.asarray(array, np.float64) for name, array in layer.state.items()}
    scale = 1 / np.sqrt(state["moving_variance"] + layer.epsilon)
    if "gamma" in layer.params:
        scale = scale * layer.params["gamma"]
    shift = layer.params.get("beta", 0) - state["moving_mean"] * scale
    factor = nodes.constant_like(scale, x.shape, f"{layer.name}/scale")
    offset = nodes.constant_like(shift, x.shape, f"{layer.name}/shift")
    name = nodes.add("Add", nodes.add("Mul", x.name, factor), offset, wish=layer.name)
    return x._replace(name=name)


def _standardized(nodes: Nodes, name: str, axes: list[int], epsilon: float) -> str:
    """Bring the numbers along some axes to mean 0 and variance 1."""
    centred = nodes.add("Sub", name, nodes.add("ReduceMean", name, axes=axes))
    variance = nodes.add("ReduceMean", nodes.add("Mul", centred, centred), axes=axes)
    spread = nodes.add("Sqrt", nodes.add("Add", variance, nodes.constant(epsilon)))
    return nodes.add("Div", centred, spread)


def _scaled_and_shifted(
    nodes: Nodes, layer: Any, x: Value, name: str, axes: Sequence[int]
) -> Value:
    """Add gamma and beta, which have the sizes of x along some of our axes."""
    sizes = [size if axis in axes else 1 for axis, size in enumerate(x.shape, start=1)]
    for operator, what in (("Mul", "gamma"), ("Add", "beta")):
        if what in layer.params:
            array = layer.params[what].reshape(sizes)
            name = nodes.add(operator, name, nodes.constant_like(array, x.shape, what))
    return x._replace(name=name)


def _layer_normalization(nodes: Nodes, layer: layers.LayerNormalization, inputs: Inputs) -> Value:
    (x,) = inputs
    ours = positive_axes(layer.name, layer.axis, len(x.shape) + 1)
    name = _standardized(nodes, x.name, [x.axis(axis) for axis in ours], layer.epsilon)
    return _scaled_and_shifted(nodes, layer, x, name, ours)


def _group_normalization(nodes: Nodes, layer: layers.GroupNormalization, inputs: Inputs) -> Value:
    """Split the axis of the channels in two, normalise over the second and all other axes."""
    (x,) = inputs
    axis = x.axis(layer.axis)
    kept = (x.shape[2], *x.shape[:2]) if x.is_image else x.shape  # as ONNX has it
    groups = kept[axis - 1] if layer.groups == -1 else layer.groups
    split = [-1, *kept[: axis - 1], groups, kept[axis - 1] // groups, *kept[axis:]]
    grouped = nodes.add("Reshape", x.name, nodes.constant(split, "groups", "int64"))
    axes = [one for one in range(1, len(split)) if one != axis]
    standard = _standardized(nodes, grouped, axes, layer.epsilon)
    name = nodes.add("Reshape", standard, nodes.constant([-1, *kept], "shape", "int64"))
    return _scaled_and_shifted(nodes, layer, x, name, [layer.axis % (len(x.shape) + 1)])


def _activation(nodes: Nodes, layer: layers.Activation, inputs: Inputs) -> Value:
    return activation(nodes, layer.activation.name, inputs[0])


def _relu(nodes: Nodes, layer: layers.ReLU, inputs: Inputs) -> Value:
    return relu(nodes, layer, inputs[0])


def _leaky_relu(nodes: Nodes, layer: layers.LeakyReLU, inputs: Inputs) -> Value:
    (x,) = inputs
    return x._replace(name=nodes.add("LeakyRelu", x.name, alpha=layer.negative_slope))


def _elu(nodes: Nodes, layer: layers.ELU, inputs: Inputs) -> Value:
    (x,) = inputs
    return x._replace(name=nodes.add("Elu", x.name, alpha=layer.alpha))


def _prelu(nodes: Nodes, layer: layers.PReLU, inputs: Inputs) -> Value:
    (x,) = inputs
    alpha = nodes.constant_like(layer.params["alpha"], x.shape, f"{layer.name}/alpha")
    return x._replace(name=nodes.add("PRelu", x.name, alpha))


def _softmax(nodes: Nodes, layer: layers.Softmax, inputs: Inputs) -> Value:
    (x,) = inputs
    return x._replace(name=nodes.add("Softmax", x.name, axis=x.axis(layer.axis), wish=layer.name))


def _rescaling(nodes: Nodes, layer: layers.Rescaling, inputs: Inputs) -> Value:
    (x,) = inputs
    scaled = nodes.add("Mul", x.name, nodes.constant(layer.scale))
    return x._replace(name=nodes.add("Add", scaled, nodes.constant(layer.offset)))


def _normalization(nodes: Nodes, layer: layers.Normalization, inputs: Inputs) -> Value:
    (x,) = inputs
    assert layer.mean is not None
    assert layer.variance is not None
    spread = np.maximum(np.sqrt(layer.variance), EPSILON)
    shift = nodes.constant_like(layer.mean[0], x.shape, f"{layer.name}/mean")
    factor = nodes.constant_like(spread[0], x.shape, f"{layer.name}/spread")
    if layer.invert:
        return x._replace(name=nodes.add("Add", nodes.add("Mul", x.name, factor), shift))
    return x._replace(name=nodes.add("Div", nodes.add("Sub", x.name, shift), factor))


def _unit_normalization(nodes: Nodes, layer: layers.UnitNormalization, inputs: Inputs) -> Value:
    (x,) = inputs
    ours = positive_axes(layer.name, layer.axis, len(x.shape) + 1)
    norm = nodes.add("ReduceL2", x.name, axes=sorted(map(x.axis, ours)))
    return x._replace(
        name=nodes.add("Div", x.name, nodes.add("Max", norm, nodes.constant(SMALLEST)))
    )


def _reshape(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    sizes = nodes.constant([-1, *layer.output_shape], "shape", "int64")
    return nodes.kept(nodes.add("Reshape", nodes.plain(inputs[0]), sizes), layer.output_shape)


def _permute(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    name = nodes.add("Transpose", nodes.plain(inputs[0]), perm=[0, *layer.dims])
    return nodes.kept(name, layer.output_shape)


def _joined(operator: str) -> Callable[[Nodes, Any, Inputs], Value]:
    def joined(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
        name = inputs[0].name
        for one in inputs[1:]:
            name = nodes.add(operator, name, one.name)
        return Value(name, layer.output_shape)

    return joined


def _average(nodes: Nodes, layer: layers.Average, inputs: Inputs) -> Value:
    total = _joined("Add")(nodes, layer, inputs)
    share = nodes.constant(1 / len(inputs))
    return total._replace(name=nodes.add("Mul", total.name, share))


def _concatenate(nodes: Nodes, layer: Any, inputs: Inputs) -> Value:
    names = [one.name for one in inputs]
    axis = inputs[0].axis(layer.axis)
    return Value(nodes.add("Concat", *names, axis=axis), layer.output_shape)


#: Layers that are random in training, and the identity in inference.
_RANDOM: tuple[type[layers.Layer], ...] = (
    *(layers.Dropout, layers.SpatialDropout2D, layers.AlphaDropout),
    *(layers.GaussianDropout, layers.GaussianNoise, layers.RandomFlip),
    *(layers.RandomRotation, layers.RandomZoom, layers.RandomTranslation),
    *(layers.RandomBrightness, layers.RandomContrast),
)
_OTHER_IN_TRAINING: tuple[type[layers.Layer], ...] = (*_RANDOM, layers.BatchNormalization)
_LAYERS: dict[type, Callable[[Nodes, Any, Inputs], Value]] = {
    **dict.fromkeys((*_RANDOM, layers.Identity), _nothing),
    **CONVOLUTIONS,
    **POOLINGS,
    **RESAMPLING,
    layers.Dense: _dense,
    layers.BatchNormalization: _batch_normalization,
    layers.GroupNormalization: _group_normalization,
    layers.LayerNormalization: _layer_normalization,
    layers.Normalization: _normalization,
    layers.UnitNormalization: _unit_normalization,
    layers.Activation: _activation,
    layers.ReLU: _relu,
    layers.LeakyReLU: _leaky_relu,
    layers.ELU: _elu,
    layers.PReLU: _prelu,
    layers.Softmax: _softmax,
    layers.Rescaling: _rescaling,
    layers.Flatten: _reshape,
    layers.Reshape: _reshape,
    layers.Permute: _permute,
    layers.Add: _joined("Add"),
    layers.Subtract: _joined("Sub"),
    layers.Multiply: _joined("Mul"),
    layers.Maximum: _joined("Max"),
    layers.Minimum: _joined("Min"),
    layers.Average: _average,
    layers.Concatenate: _concatenate,
}
