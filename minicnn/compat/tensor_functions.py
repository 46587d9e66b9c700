"""Functions of ``keras.ops`` and ``keras.backend`` that layers compute, on what layers give.

``ops.relu(x)`` in a ``call`` is an Activation, ``ops.mean(x, axis=(1, 2))`` a
GlobalAveragePooling2D. For the others no derivative is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn import activations, layers
from minicnn.layers.tensor import Tensor, all_tensors

__all__ = ["TENSOR_FUNCTIONS"]


def _joining(name: str, layer: type) -> Callable[[Any, Any], Tensor]:
    def join(x1: Any, x2: Any) -> Tensor:
        if not all_tensors([x1, x2]):
            raise NotImplementedError(
                f"{name}: expected two outputs of layers, got {x1!r} and {x2!r}; ReLU has a "
                "threshold and a max_value."
            )
        return layer()([x1, x2])

    return join


def _over_image(name: str, layer: type) -> Callable[..., Tensor]:
    """Return a reduction over the height and the width of images (n, h, w, c)."""

    def reduce(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
        axes = sorted(axis) if isinstance(axis, Sequence) else axis
        if len(x.shape) != 4 or axes not in ([1, 2], [-3, -2]):
            raise NotImplementedError(
                f"{name}: of {x!r}, a layer takes it over the axes (1, 2) of images only, got "
                f"axis={axis!r}."
            )
        return layer(keepdims=keepdims)(x)

    return reduce


def _clip(x: Tensor, x_min: Any, x_max: Any) -> Tensor:
    if x_min != 0:
        raise NotImplementedError(f"clip: of {x!r}, a layer takes it from 0 only, got {x_min!r}.")
    return layers.ReLU(max_value=x_max)(x)


def _gelu(x: Tensor, approximate: bool = True) -> Tensor:
    if approximate:
        raise NotImplementedError(
            f"gelu: of {x!r}, a layer takes it without approximation; pass approximate=False."
        )
    return activations.gelu(x)


def _cast(x: Tensor, dtype: Any = None) -> Tensor:
    if dtype not in (None, x.dtype):
        raise NotImplementedError(f"cast: {x!r} is {x.dtype} and stays so, got {dtype!r}.")
    return x


def _expand_dims(x: Tensor, axis: int) -> Tensor:
    shape = list(x.shape)
    shape.insert(axis if axis >= 0 else len(shape) + 1 + axis, 1)
    return _reshape(x, shape)


def _squeeze(x: Tensor, axis: int | None = None) -> Tensor:
    axes = range(1, len(x.shape)) if axis is None else [axis % len(x.shape)]
    return _reshape(x, [size for i, size in enumerate(x.shape) if i not in axes or size != 1])


def _transpose(x: Tensor, axes: Sequence[int]) -> Tensor:
    return layers.Permute(tuple(axes)[1:])(x)


def _pad(x: Tensor, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    widths = np.broadcast_to(pad_width, (len(x.shape), 2)).tolist()
    if (
        len(widths) != 4
        or widths[0] + widths[3] != [0] * 4
        or mode != "constant"
        or constant_values
    ):
        raise NotImplementedError(
            f"pad: of {x!r}, a layer takes it with zeros around images only, got {pad_width!r}."
        )
    return layers.ZeroPadding2D(tuple(map(tuple, widths[1:3])))(x)


def _pooled(layer: type) -> Callable[..., Tensor]:
    def pool(x: Any, pool_size: Any, strides: Any = None, padding: str = "valid") -> Any:
        return layer(pool_size, strides=strides, padding=padding)(x)

    return pool


def _reshape(x: Tensor, newshape: Any) -> Tensor:
    if not isinstance(newshape, Sequence):
        raise NotImplementedError(
            f"reshape: of {x!r}, the first of several sizes is that of the batch; got {newshape!r}."
        )
    return layers.Reshape(tuple(newshape)[1:])(x)  # the first is the batch axis


def _concatenate(tensors: Sequence[Tensor], axis: int = -1) -> Tensor:
    return layers.Concatenate(axis=axis)(list(tensors))


#: name -> function of Tensors.
TENSOR_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": lambda x: abs(x),
    "add": lambda x1, x2: x1 + x2,
    "average_pool": _pooled(layers.AveragePooling2D),
    "batch_flatten": lambda x: layers.Flatten()(x),
    "cast": _cast,
    "clip": _clip,
    "concatenate": _concatenate,
    "convert_to_tensor": _cast,
    "divide": lambda x1, x2: x1 / x2,
    "elu": activations.elu,
    "exp": activations.exponential,
    "expand_dims": _expand_dims,
    "gelu": _gelu,
    "hard_sigmoid": activations.hard_sigmoid,
    "leaky_relu": lambda x, negative_slope=0.2: layers.LeakyReLU(negative_slope)(x),
    "log_softmax": activations.log_softmax,
    "max": _over_image("max", layers.GlobalMaxPooling2D),
    "max_pool": _pooled(layers.MaxPooling2D),
    "maximum": _joining("maximum", layers.Maximum),
    "mean": _over_image("mean", layers.GlobalAveragePooling2D),
    "minimum": _joining("minimum", layers.Minimum),
    "multiply": lambda x1, x2: x1 * x2,
    "negative": lambda x: -x,
    "pad": _pad,
    "relu": activations.relu,
    "relu6": activations.relu6,
    "reshape": _reshape,
    "selu": activations.selu,
    "sigmoid": activations.sigmoid,
    "silu": activations.silu,
    "softmax": lambda x, axis=-1: layers.Softmax(axis=axis)(x),
    "softplus": activations.softplus,
    "square": lambda x: x * x,
    "squeeze": _squeeze,
    "subtract": lambda x1, x2: x1 - x2,
    "swish": activations.silu,
    "tanh": activations.tanh,
    "transpose": _transpose,
}
