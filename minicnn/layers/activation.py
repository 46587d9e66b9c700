"""Activations by name: ``activation="relu"`` in any layer, and the layer that is only that.

The table below is all there is: a name, a formula, its derivative. The formulas are in
:mod:`minicnn.layers.activation_functions` and in files of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from minicnn.layers import activation_functions as f
from minicnn.layers.elementwise import Elementwise
from minicnn.layers.elu import ELU, elu, elu_backward, elu_branches
from minicnn.layers.leaky_relu import LeakyReLU, leaky_relu, leaky_relu_backward
from minicnn.layers.relu import ReLU, relu, relu_backward, relu_branches
from minicnn.layers.sigmoid import sigmoid, sigmoid_backward
from minicnn.layers.softmax import softmax, softmax_backward
from minicnn.layers.tanh import tanh, tanh_backward
from minicnn.layers.tensor import all_tensors
from minicnn.random import Key

__all__ = ["FUNCTIONS", "LINEAR", "Activation", "ActivationFunction", "get"]


@dataclass(frozen=True)
class ActivationFunction:
    """A named pair of pure functions. Calling it returns the values alone, as in Keras.

    Attributes
    ----------
    name : str
        Keras's name.
    forward : callable
        ``x -> (y, cache)``.
    backward : callable
        ``(dy, cache) -> dx``.
    branches : callable or None
        ``cache -> array``: the smooth piece of each element, where there is more than one.
    arguments : tuple of str
        Names of the further arguments of `forward`, in Keras's order.
    """

    name: str
    forward: Callable[..., tuple[np.ndarray, tuple]]
    backward: Callable[[np.ndarray, tuple], np.ndarray]
    branches: Callable[[tuple], np.ndarray] | None = None
    arguments: tuple[str, ...] = ()

    def __call__(self, x: Any, *args: Any, **options: Any) -> Any:
        """Return the activation of an array, or a Tensor for a Tensor.

        Raises
        ------
        TypeError
            If there are unknown arguments, or if `x` is a Tensor and there are any.
        """
        options = dict(zip(self.arguments, args, strict=False)) | options
        unknown = options.keys() - set(self.arguments)
        if unknown or len(args) > len(self.arguments):
            raise TypeError(
                f"{self.name}: expected x and {', '.join(self.arguments) or 'nothing else'}, "
                f"got {', '.join(sorted(unknown)) or f'{len(args)} further values'}."
            )
        if all_tensors(x):
            if options:
                raise TypeError(
                    f"{self.name}: a call on Tensors takes no {', '.join(options)}; use a layer "
                    "that has the argument."
                )
            return Activation(self)(x)
        array = x if isinstance(x, np.ndarray) else np.asarray(x, np.float32)
        floats = array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
        return self.forward(floats, **options)[0]

    @property
    def __name__(self) -> str:
        return self.name

    def pieces(self, cache: tuple) -> np.ndarray | None:
        """Return the smooth piece of each element; None if there is only one."""
        return None if self.branches is None else self.branches(cache)

    def __reduce__(self) -> tuple[Any, ...]:
        return get, (self.name,)  # a copy is the same function

    def serialize(self) -> str:
        """Return what files hold: the name."""
        return self.name


def _identity(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    return x, ()


def _identity_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    return dy


def _curve(
    name: str,
    value: Callable[..., np.ndarray],
    slope: Callable[..., np.ndarray],
    pieces: Callable[[np.ndarray], np.ndarray] | None = None,
    arguments: tuple[str, ...] = (),
) -> ActivationFunction:
    """Make an activation of a curve and its slope."""

    def forward(x: np.ndarray, **options: Any) -> tuple[np.ndarray, tuple]:
        return value(x, **options), (x, options)

    def backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
        x, options = cache
        return dy * slope(x, **options)

    branches = None if pieces is None else (lambda cache: pieces(cache[0]))
    return ActivationFunction(name, forward, backward, branches, arguments)


#: None at all.
LINEAR = ActivationFunction("linear", _identity, _identity_backward)

_RELU = ("negative_slope", "max_value", "threshold")
_LIST = [
    LINEAR,
    ActivationFunction("relu", relu, relu_backward, relu_branches, _RELU),
    ActivationFunction("relu6", f.relu6, f.relu6_backward, relu_branches),
    ActivationFunction(
        "leaky_relu", leaky_relu, leaky_relu_backward, relu_branches, ("negative_slope",)
    ),
    ActivationFunction("elu", elu, elu_backward, elu_branches, ("alpha",)),
    _curve("selu", f.selu, f.selu_slope, f.selu_pieces),
    _curve("gelu", f.gelu, f.gelu_slope, arguments=("approximate",)),
    _curve("silu", f.silu, f.silu_slope),
    _curve("mish", f.mish, f.mish_slope),
    _curve("softplus", f.softplus, f.softplus_slope),
    _curve("softsign", f.softsign, f.softsign_slope),
    ActivationFunction("sigmoid", sigmoid, sigmoid_backward),
    _curve("hard_sigmoid", f.hard_sigmoid, f.hard_sigmoid_slope, f.hard_pieces),
    _curve("hard_silu", f.hard_silu, f.hard_silu_slope, f.hard_pieces),
    ActivationFunction("tanh", tanh, tanh_backward),
    ActivationFunction("exponential", f.exponential, f.exponential_backward),
    ActivationFunction("softmax", softmax, softmax_backward, arguments=("axis",)),
    ActivationFunction("log_softmax", f.log_softmax, f.log_softmax_backward, arguments=("axis",)),
]
#: Every activation by name.
FUNCTIONS = {function.name: function for function in _LIST}


@dataclass(frozen=True)
class LayerFunction(ActivationFunction):
    """What a layer such as LeakyReLU() does, as the activation of another layer."""

    layer: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return get, (self.layer.serialize(),)

    def serialize(self) -> Any:
        """Return the written form of the layer, as Keras does."""
        return self.layer.serialize()


#: Layers that are functions with arguments: class -> the function's name.
_LAYERS: dict[type[Elementwise], str] = {ELU: "elu", LeakyReLU: "leaky_relu", ReLU: "relu"}
_CLASSES = {cls.__name__: cls for cls in _LAYERS}


def _of_layer(layer: Any) -> LayerFunction:
    function = FUNCTIONS[_LAYERS[type(layer)]]
    options = {name: getattr(layer, name) for name in function.arguments}
    forward = partial(function.forward, **options)
    return LayerFunction(
        type(layer).__name__, forward, function.backward, function.branches, layer=layer
    )


# Keras takes these names, too, and writes the others.
_TABLE = FUNCTIONS | {"swish": FUNCTIONS["silu"], "hard_swish": FUNCTIONS["hard_silu"]}


def get(identifier: Any) -> ActivationFunction:
    """Return the activation of a name; None is "linear", as in Keras.

    Parameters
    ----------
    identifier : str, ActivationFunction, layer, dict or None
        A layer is an ELU, a LeakyReLU or a ReLU. A dict is Keras's written form of a function or
        of such a layer. A function of TensorFlow, ``tf.nn.relu``, counts as its name.

    Raises
    ------
    ValueError
        If the name is unknown, or if it is a plain function or another layer.
    """
    if isinstance(identifier, ActivationFunction):
        return identifier
    name = "linear" if identifier is None else identifier
    if isinstance(name, dict) and name.get("class_name") == "function":
        name = name.get("config")
    if str(getattr(name, "__module__", "")).startswith("tensorflow."):  # tf.nn.relu
        name = getattr(name, "__name__", "").removesuffix("_v2")
    if isinstance(name, dict) and name.get("class_name") in _CLASSES:
        name = _CLASSES[name["class_name"]].from_config(name.get("config") or {})
    if type(name) in _LAYERS:
        return _of_layer(name)
    if isinstance(name, str) and name in _TABLE:
        return _TABLE[name]
    if callable(name):
        raise ValueError(
            f"activation: {getattr(name, '__name__', type(name).__name__)} has no derivative that "
            "is known here; write a Layer with forward and backward, or add the layer after this "
            "one."
        )
    raise ValueError(f"activation: {name!r} is unknown; expected one of {', '.join(_TABLE)}.")


class Activation(Elementwise):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : str or ActivationFunction
        The function, or its name: "relu", "softmax", "tanh", ...
    """

    def __init__(self, activation: str | ActivationFunction | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = get(activation)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return self.activation.forward(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return self.activation.backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray | None:
        return self.activation.pieces(cache)
