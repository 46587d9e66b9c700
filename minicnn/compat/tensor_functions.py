"""Functions of ``keras.ops`` and ``keras.backend`` that layers compute, on what layers give.

``ops.relu(x)`` in a ``call`` is an Activation, ``ops.mean(x, axis=(1, 2))`` a
GlobalAveragePooling2D. For the others no derivative is known.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from minicnn import activations, layers
from minicnn.layers.tensor import Tensor, all_tensors

__all__ = ["TENSOR_FUNCTIONS"]


def _joining(name: str, layer: type) -> Callable[[Any, Any], Tensor]:
    def join(x: Any, y: Any) -> Tensor:
        if not all_tensors([x, y]):
            raise NotImplementedError(
                f"{name}: expected two outputs of layers, got {x!r} and {y!r}; ReLU has a "
                "threshold and a max_value."
            )
        return layer()([x, y])

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


def _reshape(x: Tensor, shape: Sequence[int]) -> Tensor:
    return layers.Reshape(tuple(shape)[1:])(x)  # the first is the batch axis


def _concatenate(tensors: Sequence[Tensor], axis: int = -1) -> Tensor:
    return layers.Concatenate(axis=axis)(list(tensors))


#: name -> function of Tensors.
TENSOR_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "abs": operator.abs,
    "add": operator.add,
    "batch_flatten": lambda x: layers.Flatten()(x),
    "concatenate": _concatenate,
    "max": _over_image("max", layers.GlobalMaxPooling2D),
    "maximum": _joining("maximum", layers.Maximum),
    "mean": _over_image("mean", layers.GlobalAveragePooling2D),
    "minimum": _joining("minimum", layers.Minimum),
    "multiply": operator.mul,
    "relu": activations.relu,
    "reshape": _reshape,
    "sigmoid": activations.sigmoid,
    "softmax": lambda x, axis=-1: layers.Softmax(axis=axis)(x),
    "subtract": operator.sub,
    "tanh": activations.tanh,
}
