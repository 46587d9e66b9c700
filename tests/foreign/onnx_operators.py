"""ONNX's operators, computed by the layers and losses of this library.

An operator takes (attributes, inputs, expected outputs) and returns its outputs. It only
translates: axes (ONNX has channels first), names of arguments, and explicit padding, which it adds
itself. What the library leaves out is OutOfScope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from foreign.outcomes import OutOfScope
from minicnn import layers, losses, optimizers
from minicnn.layers import activation_functions as f
from minicnn.layers.activation import FUNCTIONS
from minicnn.layers.dropout import dropout

__all__ = ["OPERATORS", "built", "first", "last"]

Arrays = list[Any]


def last(x: np.ndarray) -> np.ndarray:
    """Move channels to the end."""
    return np.moveaxis(x, 1, -1)


def first(x: np.ndarray) -> np.ndarray:
    """Move channels to the front, behind the samples."""
    return np.moveaxis(x, -1, 1)


def run(layer: layers.Layer, x: Any, weights: dict[str, Any], training: bool = False) -> np.ndarray:
    """Build a layer with given weights and statistics, and return its output."""
    return built(layer, x, weights).forward(x, training=training, key=0)[0]


def built(layer: layers.Layer, x: Any, weights: dict[str, Any]) -> layers.Layer:
    """Build a layer for the input, with given weights and statistics."""
    xs = x if isinstance(x, tuple) else (x,)
    if any(one.dtype not in (np.float32, np.float64) for one in xs):
        raise OutOfScope("a dtype besides float32 and float64")
    layer.astype(xs[0].dtype.name)
    layer.build(tuple(one.shape[1:] for one in xs) if len(xs) > 1 else x.shape[1:], 0)
    for store in (layer.params, layer.state):
        for name in store:
            store[name] = np.ascontiguousarray(weights[name]).reshape(store[name].shape)
    return layer


def images(x: np.ndarray) -> np.ndarray:
    if x.ndim != 4:
        raise OutOfScope("1D and 3D layers")
    return last(x)


def padded(a: dict, x: np.ndarray, size: Any, fill: float) -> tuple[np.ndarray, str]:
    """Return the images, padded as the attributes say, and the padding that is left to do."""
    auto, pads = a.get("auto_pad", b"NOTSET"), a.get("pads", [0, 0, 0, 0])
    strides, dilations = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    if auto == b"SAME_UPPER":
        return x, "same"
    if auto == b"SAME_LOWER":
        pads = []
        for n, k, s, d in zip(x.shape[1:3], size, strides, dilations, strict=True):
            total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
            pads.append((total - total // 2, total // 2))
        pads = [pads[0][0], pads[1][0], pads[0][1], pads[1][1]]
    top, left, bottom, right = pads
    around = ((0, 0), (top, bottom), (left, right), (0, 0))
    return np.pad(x, around, constant_values=fill), "valid"


def conv(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    x, w, *b = inputs
    x, size = images(x), w.shape[2:]
    x, padding = padded(a, x, size, 0.0)
    groups, arguments = a.get("group", 1), {"use_bias": bool(b), "padding": padding}
    arguments |= {"strides": a.get("strides", 1), "dilation_rate": a.get("dilations", 1)}
    arguments = {k: tuple(v) if isinstance(v, list) else v for k, v in arguments.items()}
    bias = {"bias": b[0]} if b else {}
    if groups == x.shape[-1] > 1:
        layer: layers.Layer = layers.DepthwiseConv2D(
            size, depth_multiplier=len(w) // groups, **arguments
        )
        return [first(run(layer, x, {"kernel": w.transpose(2, 3, 0, 1)} | bias))]
    layer = layers.Conv2D(len(w), size, groups=groups, **arguments)
    return [first(run(layer, x, {"kernel": w.transpose(2, 3, 1, 0)} | bias))]


def conv_transpose(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x, w, *b = inputs
    x, size, strides = images(x), w.shape[2:], tuple(a.get("strides", [1, 1]))
    if a.get("group", 1) != 1:
        raise OutOfScope("groups of a transposed convolution")
    dilations = tuple(a.get("dilations", [1, 1]))
    layer = layers.Conv2DTranspose(
        w.shape[1], size, strides, "valid", dilation_rate=dilations, use_bias=bool(b)
    )
    whole = run(layer, x, {"kernel": w.transpose(2, 3, 1, 0)} | ({"bias": b[0]} if b else {}))
    height, width = expected[0].shape[2:]
    spare = whole.shape[1] - height, whole.shape[2] - width
    lower = a.get("auto_pad", b"NOTSET") == b"SAME_LOWER"
    before = [-(-n // 2) if lower else n // 2 for n in spare]
    before = a["pads"][:2] if "pads" in a else before if "auto_pad" in a else [0, 0]
    rows = np.zeros((len(x), height, width, w.shape[1]), x.dtype)  # output_padding adds zeros
    piece = whole[:, before[0] : before[0] + height, before[1] : before[1] + width]
    rows[:, : piece.shape[1], : piece.shape[2]] = piece
    return [first(rows)]


def pooling(cls: type, fill: float) -> Callable[[dict, Arrays, Arrays], Arrays]:
    def pool(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
        x, size = images(inputs[0]), tuple(a["kernel_shape"])
        if a.get("ceil_mode"):
            raise OutOfScope("ceil_mode")
        if any(d != 1 for d in a.get("dilations", [])):
            raise OutOfScope("dilated pooling")
        if len(expected) > 1 or a.get("storage_order"):
            raise OutOfScope("indices of the maxima as an output")
        strides = tuple(a.get("strides", [1, 1]))
        if fill == 0 and a.get("auto_pad") == b"SAME_LOWER":
            raise OutOfScope("explicit padding that a mean leaves out, but for that of 'same'")
        whole, padding = padded(a, x, size, fill)
        if fill == 0 and whole.shape != x.shape and not a.get("count_include_pad"):
            same = tuple(-(-n // s) for n, s in zip(x.shape[1:3], strides, strict=True))
            if same != expected[0].shape[2:]:
                raise OutOfScope("explicit padding that a mean leaves out, but for that of 'same'")
            whole, padding = x, "same"
        if padding == "same" and a.get("count_include_pad"):
            raise OutOfScope("a mean over padding")
        return [first(run(cls(size, strides, padding), whole, {}))]

    return pool


def over_images(layer: Callable[[], layers.Layer]) -> Callable[[dict, Arrays, Arrays], Arrays]:
    return lambda a, inputs, _: [first(run(layer(), images(inputs[0]), {}))]


def batch_normalization(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x, *arrays = inputs
    layer = layers.BatchNormalization(
        momentum=a.get("momentum", 0.9), epsilon=a.get("epsilon", 1e-5)
    )
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    training = bool(a.get("training_mode"))
    y = first(run(layer, last(x), dict(zip(names, arrays, strict=True)), training))
    return [y, *layer.state.values()][: len(expected)]


def layer_normalization(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x, gamma, *beta = inputs
    if len(expected) > 1:
        expected[1:] = []  # the mean and the inverse deviation are not returned here
    axis = a.get("axis", -1) % x.ndim
    if axis == 0:
        raise OutOfScope("a normalisation over the samples")
    layer = layers.LayerNormalization(
        list(range(axis, x.ndim)), a.get("epsilon", 1e-5), center=bool(beta)
    )
    return [run(layer, x, {"gamma": gamma} | ({"beta": beta[0]} if beta else {}))]


def group_normalization(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    """Also of instances, where each channel is a group."""
    x, gamma, beta = inputs
    layer = layers.GroupNormalization(a.get("num_groups", -1), 1, a.get("epsilon", 1e-5))
    return [run(layer, x, {"gamma": gamma, "beta": beta})]


def lp_normalization(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    (x,) = inputs
    if a.get("p", 2) != 2:
        raise OutOfScope("another norm than the Euclidean one")
    if a.get("axis", -1) % x.ndim == 0:
        raise OutOfScope("a normalisation over the samples")
    return [run(layers.UnitNormalization(a.get("axis", -1)), x, {})]


def gemm(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    x, w, *c = inputs
    x, w = (x.T if a.get("transA") else x), (w.T if a.get("transB") else w)
    w = np.float32(a.get("alpha", 1.0)) * w
    bias = np.float32(a.get("beta", 1.0)) * c[0] if c else np.zeros(1, x.dtype)
    if bias.ndim == 2 and bias.shape[0] > 1:
        raise OutOfScope("a bias for every sample")
    bias = np.broadcast_to(bias, (1, w.shape[1]))
    return [run(layers.Dense(w.shape[1]), x, {"kernel": w, "bias": bias})]


def matmul(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    x, w = inputs
    if w.ndim != 2:
        raise OutOfScope("a product of two stacks of matrices")
    return [run(layers.Dense(w.shape[1], use_bias=False), x, {"kernel": w})]


def activation(name: str) -> Callable[[dict, Arrays, Arrays], Arrays]:
    def act(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
        (x,) = inputs
        if not x.ndim or x.dtype not in (np.float32, np.float64):
            raise OutOfScope("a dtype besides float32 and float64")
        return [FUNCTIONS[name].forward(x)[0]]

    return act


def softmax(name: str) -> Callable[[dict, Arrays, Arrays], Arrays]:
    def act(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
        axis = a.get("axis", -1)
        x = np.moveaxis(inputs[0], axis, -1)
        return [np.moveaxis(FUNCTIONS[name].forward(x)[0], -1, axis)]

    return act


def gelu(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    approximate = a.get("approximate", b"none") == b"tanh"
    return [f.gelu(inputs[0], approximate=approximate)]


def selu(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    if "alpha" in a or "gamma" in a:
        raise OutOfScope("constants of SELU besides its own")
    return activation("selu")(a, inputs, expected)


def leaky_relu(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    return [elementwise(layers.LeakyReLU(a.get("alpha", 0.01)), inputs[0])]


def elu(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    return [elementwise(layers.ELU(a.get("alpha", 1.0)), inputs[0])]


def elementwise(layer: layers.Layer, x: np.ndarray) -> np.ndarray:
    """Apply a layer to an array without a batch axis."""
    return run(layer, x[None], {})[0]


def prelu(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    x, slope = inputs
    alpha = np.broadcast_to(slope, x.shape[1:]) if slope.ndim < x.ndim else None
    if alpha is None:
        raise OutOfScope("slopes for every sample")
    return [run(layers.PReLU(), x, {"alpha": alpha})]


def merge(cls: type) -> Callable[[dict, Arrays, Arrays], Arrays]:
    def op(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
        rank = max(x.ndim for x in inputs)
        if any(x.dtype not in (np.float32, np.float64) for x in inputs):
            raise OutOfScope("a dtype besides float32 and float64")
        if len(inputs) == 1:
            raise OutOfScope("a single input")
        # Without a batch axis: the whole arrays are one sample.
        xs = tuple(x.reshape((1,) * (rank - x.ndim + 1) + x.shape) for x in inputs)
        return [run(cls(), xs, {})[0]]

    return op


def concat(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    axis = a["axis"] % inputs[0].ndim
    return [run(layers.Concatenate(axis + 1), tuple(x[None] for x in inputs), {})[0]]


def flatten(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    (x,) = inputs
    if a.get("axis", 1) not in (1, 1 - x.ndim):
        raise OutOfScope("flattening the samples as well")
    return [run(layers.Flatten(), x, {})]


def reshape(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x, shape = inputs
    if 0 in shape:
        raise OutOfScope("zeros in the shape that stand for a size, or for none")
    return [run(layers.Reshape(tuple(int(n) for n in shape)), x[None], {})[0]]


def transpose(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    (x,) = inputs
    order = a.get("perm", list(range(x.ndim))[::-1])
    return [run(layers.Permute([axis + 1 for axis in order]), x[None], {})[0]]


def dropout_with_mask(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x = inputs[0]
    rate = float(inputs[1]) if len(inputs) > 1 else a.get("ratio", 0.5)
    training = bool(inputs[2]) if len(inputs) > 2 else False
    if not training:
        y = elementwise(layers.Dropout(rate), x)
        return [y, np.ones(x.shape, bool)][: len(expected)]
    # ONNX draws with NumPy's old generator; its mask is taken, the scaling is ours.
    keep = expected[1] if len(expected) > 1 else (expected[0] != 0) | (x == 0)
    y = dropout(x, keep.reshape(len(x), -1), rate=rate)[0]
    return [y, keep][: len(expected)]


def cross_entropy(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    scores, labels, *weight = inputs
    rows = np.ascontiguousarray(last(scores))
    keep = labels != a["ignore_index"] if "ignore_index" in a else np.ones(labels.shape, bool)
    labels = np.where(keep, labels, 0)
    given = weight[0][labels] if weight else np.ones(labels.shape, scores.dtype)
    given = np.where(keep, given, 0).astype(scores.dtype)
    values = losses.sparse_categorical_crossentropy(labels, rows, from_logits=True) * given
    how = a.get("reduction", b"mean")
    # The weighted mean of ONNX divides by the sum of the weights, Keras's by their number.
    total = values if how == b"none" else values.sum() / (given.sum() if how == b"mean" else 1)
    log = first(FUNCTIONS["log_softmax"].forward(rows)[0])
    return [np.asarray(total, scores.dtype), log][: len(expected)]


def pad(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    x, pads, *more = inputs
    if a.get("mode", b"constant") != b"constant" or (more and more[0] and np.any(more[0] != 0)):
        raise OutOfScope("padding with anything but zeros")
    if len(more) > 1 or len(pads) != 8 or min(pads) < 0 or pads[[0, 1, 4, 5]].any():
        raise OutOfScope("padding of samples or channels, or cropping")
    layer = layers.ZeroPadding2D(((pads[2], pads[6]), (pads[3], pads[7])))
    return [first(run(layer, images(x), {}))]


def resize(a: dict, inputs: Arrays, expected: Arrays) -> Arrays:
    x, y = inputs[0], expected[0]
    mode, where = a.get("mode", b"nearest"), a.get("coordinate_transformation_mode", b"half_pixel")
    if mode == b"cubic" or a.get("antialias") or a.get("exclude_outside"):
        raise OutOfScope("a way to resize besides nearest and bilinear")
    if where != b"half_pixel" and not (mode == b"nearest" and where == b"asymmetric"):
        raise OutOfScope("coordinates besides those of Keras")
    if "axes" in a or x.ndim != 4 or x.shape[:2] != y.shape[:2]:
        raise OutOfScope("resizing of axes besides height and width")
    if mode == b"nearest":
        if a.get("nearest_mode") in (b"ceil", b"round_prefer_ceil"):
            raise OutOfScope("coordinates besides those of Keras")
        if not all(big % small == 0 for small, big in zip(x.shape[2:], y.shape[2:], strict=True)):
            raise OutOfScope("nearest neighbours but for whole factors")
    elif any(big != n * s for n, big, s in zip(x.shape, y.shape, scales(inputs, y), strict=True)):
        raise OutOfScope("scales that do not give a whole size")
    layer = layers.Resizing(*y.shape[2:], "nearest" if mode == b"nearest" else "bilinear")
    return [first(run(layer, images(x), {}))]


def scales(inputs: Arrays, y: np.ndarray) -> np.ndarray:
    given = [one for one in inputs[1:] if one is not None and getattr(one, "dtype", 0) == "f4"]
    return given[-1] if given and given[-1].size else np.array(y.shape) / inputs[0].shape


def momentum(a: dict, inputs: Arrays, _: Arrays) -> Arrays:
    rate, step, *arrays = inputs
    n = len(arrays) // 3
    xs, gs, vs = arrays[:n], arrays[n : 2 * n], arrays[2 * n :]
    beta = a["beta"] if step > 0 else 1.0
    if beta != 1.0:
        raise OutOfScope("a dampened gradient")
    optimizer = optimizers.SGD(float(rate), a["alpha"], nesterov=a["mode"] == b"nesterov")
    params = {str(k): x.copy() for k, x in enumerate(xs)}
    grads = {
        str(k): a["norm_coefficient"] * x + g for k, (x, g) in enumerate(zip(xs, gs, strict=True))
    }
    # Ours is the step itself: -rate v.
    slots = optimizer.slots["momentum"]
    slots.update({str(k): -rate * v for k, v in enumerate(vs)})
    optimizer.step(params, grads)
    return [*params.values(), *(-slots[name] / rate for name in params)]


#: From an operator's name to the function that computes it.
OPERATORS: dict[str, Callable[[dict, Arrays, Arrays], Arrays]] = {
    "Add": merge(layers.Add),
    "AveragePool": pooling(layers.AveragePooling2D, 0.0),
    "BatchNormalization": batch_normalization,
    "Concat": concat,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Dropout": dropout_with_mask,
    "Elu": elu,
    "Flatten": flatten,
    "Gelu": gelu,
    "Gemm": gemm,
    "GlobalAveragePool": over_images(lambda: layers.GlobalAveragePooling2D(keepdims=True)),
    "GlobalMaxPool": over_images(lambda: layers.GlobalMaxPooling2D(keepdims=True)),
    "GroupNormalization": group_normalization,
    "InstanceNormalization": group_normalization,
    "LayerNormalization": layer_normalization,
    "LeakyRelu": leaky_relu,
    "LogSoftmax": softmax("log_softmax"),
    "LpNormalization": lp_normalization,
    "MatMul": matmul,
    "Max": merge(layers.Maximum),
    "MaxPool": pooling(layers.MaxPooling2D, -np.inf),
    "Mean": merge(layers.Average),
    "Mish": activation("mish"),
    "Momentum": momentum,
    "Mul": merge(layers.Multiply),
    "PRelu": prelu,
    "Pad": pad,
    "Relu": activation("relu"),
    "Reshape": reshape,
    "Resize": resize,
    "Selu": selu,
    "Sigmoid": activation("sigmoid"),
    "Softmax": softmax("softmax"),
    "SoftmaxCrossEntropyLoss": cross_entropy,
    "Softplus": activation("softplus"),
    "Softsign": activation("softsign"),
    "Sub": merge(layers.Subtract),
    "Sum": merge(layers.Add),
    "Tanh": activation("tanh"),
    "Transpose": transpose,
}
