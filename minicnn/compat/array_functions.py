"""Functions of ``keras.backend`` and ``keras.ops`` on arrays, for one's own metrics and callbacks.

They compute with NumPy arrays, or with what can be made one. What a layer gives while a network is
put together holds no numbers; :mod:`minicnn.compat.tensor_functions` has the functions that layers
compute, and the others refuse Tensors, since no derivative is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn import activations
from minicnn.compat.tensor_functions import TENSOR_FUNCTIONS
from minicnn.labels import to_categorical
from minicnn.layers.tensor import Tensor

__all__ = ["ARRAY_FUNCTIONS"]

Axis = int | Sequence[int] | None


def _array(name: str, x: Any) -> np.ndarray:
    if isinstance(x, list | tuple):
        return np.asarray([_array(name, one) for one in x])
    if isinstance(x, Tensor):
        raise NotImplementedError(
            f"{name}: it computes with arrays, and {x!r} holds no numbers; use a layer, or write "
            "one of your own (docs/own-layer.md)."
        )
    return np.asarray(x)


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function under its name, which leaves Tensors to a layer if there is one for it."""
    of_tensors = TENSOR_FUNCTIONS.get(name)

    def either(*given: Any, **named: Any) -> Any:
        assert of_tensors is not None
        values = (*given[:2], *named.values())
        # Whether a list holds Tensors shows in its first; it may be a long list of numbers.
        first = [x[0] if isinstance(x, list | tuple) and x else x for x in values]
        chosen = of_tensors if any(isinstance(x, Tensor) for x in first) else function
        return chosen(*given, **named)

    compute = function if of_tensors is None else either
    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"Compute {name} of arrays."
    return compute


def _of_arrays(name: str, function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    """Return a function whose first arguments become arrays."""

    def compute(*given: Any, **named: Any) -> Any:
        return function(*(_array(name, x) for x in given[:count]), *given[count:], **named)

    return _named(name, compute)


def _filled(name: str, make: Callable[..., np.ndarray]) -> Callable[..., Any]:
    return _named(name, lambda shape, dtype=None: make(shape, dtype or "float32"))


def _reduced(name: str, function: Callable[..., Any], *, floats: bool) -> Callable[..., Any]:
    """Return a function over axes; the mean of integers or booleans is a float32, as in Keras."""

    def compute(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        array = _array(name, x)
        if floats and array.dtype.kind != "f":
            array = array.astype(np.float32)
        axes = tuple(axis) if isinstance(axis, list) else axis
        return function(array, axis=axes, keepdims=keepdims)

    return _named(name, compute)


def _at(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives places along an axis, by default the last, as the backend's."""

    def compute(x: Any, axis: int | None = -1) -> Any:
        return function(_array(name, x), axis=axis)

    return _named(name, compute)


def _cast(x: np.ndarray, dtype: Any) -> np.ndarray:
    return x.astype(dtype)


def _gelu(x: Any, approximate: bool = True) -> np.ndarray:
    return activations.gelu(_array("gelu", x), approximate=approximate)


def _pad(x: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = None) -> np.ndarray:
    options: Any = {} if constant_values is None else {"constant_values": constant_values}
    return np.pad(x, pad_width, mode, **options)


def _shape(x: Any) -> tuple[int | None, ...]:
    """Return the shape of an array, or of what a layer gives."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def _count(x: Any) -> int:
    """Return the number of values of an array or a weight."""
    return math.prod(1 if size is None else size for size in _shape(x))


def _dimensions(x: Any) -> int:
    """Return the number of axes of an array, or of what a layer gives."""
    return len(_shape(x))


def _joined(name: str, function: Callable[..., Any], default: int = 0) -> Callable[..., Any]:
    def compute(tensors: Sequence[Any], axis: int = default) -> Any:
        return function([_array(name, x) for x in tensors], axis=axis)

    return _named(name, compute)


_ELEMENTWISE: dict[str, tuple[Callable[..., Any], int]] = {
    "abs": (np.abs, 1),
    "cast": (_cast, 1),
    "clip": (np.clip, 1),
    "elu": (activations.elu, 1),
    "equal": (np.equal, 2),
    "exp": (np.exp, 1),
    "expand_dims": (np.expand_dims, 1),
    "greater": (np.greater, 2),
    "greater_equal": (np.greater_equal, 2),
    "less": (np.less, 2),
    "less_equal": (np.less_equal, 2),
    "log": (np.log, 1),
    "maximum": (np.maximum, 2),
    "minimum": (np.minimum, 2),
    "not_equal": (np.not_equal, 2),
    "one_hot": (to_categorical, 1),
    "ones_like": (np.ones_like, 1),
    "relu": (activations.relu, 1),
    "reshape": (np.reshape, 1),
    "round": (np.round, 1),
    "sigmoid": (activations.sigmoid, 1),
    "sign": (np.sign, 1),
    "softmax": (activations.softmax, 1),
    "sqrt": (np.sqrt, 1),
    "square": (np.square, 1),
    "squeeze": (np.squeeze, 1),
    "tanh": (np.tanh, 1),
    "transpose": (np.transpose, 1),
    "zeros_like": (np.zeros_like, 1),
}
_REDUCED: dict[str, tuple[Callable[..., Any], bool]] = {
    "all": (np.all, False),
    "any": (np.any, False),
    "max": (np.max, False),
    "mean": (np.mean, True),
    "min": (np.min, False),
    "prod": (np.prod, False),
    "std": (np.std, True),
    "sum": (np.sum, False),
    "var": (np.var, True),
}
_SHARED = (
    {name: _of_arrays(name, function, count) for name, (function, count) in _ELEMENTWISE.items()}
    | {name: _reduced(name, function, floats=f) for name, (function, f) in _REDUCED.items()}
    | {"concatenate": _joined("concatenate", np.concatenate), "stack": _joined("stack", np.stack)}
    | {"shape": _shape, "ndim": _dimensions}
    | {"ones": _filled("ones", np.ones), "zeros": _filled("zeros", np.zeros)}
)
#: module -> name -> function.
ARRAY_FUNCTIONS: dict[str, dict[str, Callable[..., Any]]] = {
    "minicnn.backend": _SHARED
    | {
        "argmax": _at("argmax", np.argmax),
        "argmin": _at("argmin", np.argmin),
        "batch_flatten": _of_arrays("batch_flatten", lambda x: x.reshape(len(x), -1)),
        "concatenate": _joined("concatenate", np.concatenate, default=-1),
        "constant": lambda value, dtype="float32": np.asarray(value, dtype),
        "count_params": _count,
        "dot": _of_arrays("dot", np.dot, 2),
        "eval": _of_arrays("eval", np.array),
        "flatten": _of_arrays("flatten", np.ravel),
        "int_shape": _shape,
        "permute_dimensions": _of_arrays("permute_dimensions", np.transpose),
        "pow": _of_arrays("pow", np.power, 2),
    },
    "minicnn.ops": _SHARED
    | {
        "add": _of_arrays("add", np.add, 2),
        "argmax": _of_arrays("argmax", np.argmax),
        "argmin": _of_arrays("argmin", np.argmin),
        "argsort": _of_arrays("argsort", np.argsort),
        "average_pool": _named("average_pool", TENSOR_FUNCTIONS["average_pool"]),
        "convert_to_numpy": _of_arrays("convert_to_numpy", np.asarray),
        "convert_to_tensor": _of_arrays("convert_to_tensor", np.asarray),
        "divide": _of_arrays("divide", np.divide, 2),
        "gelu": _named("gelu", _gelu),
        "hard_sigmoid": _of_arrays("hard_sigmoid", activations.hard_sigmoid),
        "isnan": _of_arrays("isnan", np.isnan),
        "leaky_relu": _of_arrays("leaky_relu", activations.leaky_relu),
        "log_softmax": _of_arrays("log_softmax", activations.log_softmax),
        "logical_and": _of_arrays("logical_and", np.logical_and, 2),
        "logical_not": _of_arrays("logical_not", np.logical_not),
        "logical_or": _of_arrays("logical_or", np.logical_or, 2),
        "matmul": _of_arrays("matmul", np.matmul, 2),
        "max_pool": _named("max_pool", TENSOR_FUNCTIONS["max_pool"]),
        "multiply": _of_arrays("multiply", np.multiply, 2),
        "negative": _of_arrays("negative", np.negative),
        "pad": _of_arrays("pad", _pad),
        "power": _of_arrays("power", np.power, 2),
        "ravel": _of_arrays("ravel", np.ravel),
        "relu6": _of_arrays("relu6", activations.relu6),
        "selu": _of_arrays("selu", activations.selu),
        "silu": _of_arrays("silu", activations.silu),
        "size": _count,
        "softplus": _of_arrays("softplus", activations.softplus),
        "sort": _of_arrays("sort", np.sort),
        "subtract": _of_arrays("subtract", np.subtract, 2),
        "swish": _of_arrays("swish", activations.silu),
        "where": _of_arrays("where", np.where, 3),
    },
}
