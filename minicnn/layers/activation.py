"""Activations by name: ``activation="relu"`` in any layer, and the layer that is only that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.layers.elementwise import Elementwise
from minicnn.layers.elu import elu, elu_backward, elu_branches
from minicnn.layers.leaky_relu import leaky_relu, leaky_relu_backward
from minicnn.layers.relu import relu, relu_backward, relu_branches
from minicnn.layers.sigmoid import sigmoid, sigmoid_backward
from minicnn.layers.softmax import softmax, softmax_backward
from minicnn.layers.tanh import tanh, tanh_backward
from minicnn.random import Key

__all__ = ["LINEAR", "Activation", "ActivationFunction", "get"]


@dataclass(frozen=True)
class ActivationFunction:
    """A named pair of pure functions.

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
    """

    name: str
    forward: Callable[[np.ndarray], tuple[np.ndarray, tuple]]
    backward: Callable[[np.ndarray, tuple], np.ndarray]
    branches: Callable[[tuple], np.ndarray] | None = None

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


#: None at all.
LINEAR = ActivationFunction("linear", _identity, _identity_backward)

_FUNCTIONS = [
    LINEAR,
    ActivationFunction("relu", relu, relu_backward, relu_branches),
    ActivationFunction("leaky_relu", leaky_relu, leaky_relu_backward, relu_branches),
    ActivationFunction("elu", elu, elu_backward, elu_branches),
    ActivationFunction("sigmoid", sigmoid, sigmoid_backward),
    ActivationFunction("tanh", tanh, tanh_backward),
    ActivationFunction("softmax", softmax, softmax_backward),
]
_TABLE = {function.name: function for function in _FUNCTIONS}


def get(identifier: str | ActivationFunction | None) -> ActivationFunction:
    """Return the activation of a name; None is "linear", as in Keras.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if isinstance(identifier, ActivationFunction):
        return identifier
    name = "linear" if identifier is None else identifier
    if not isinstance(name, str) or name not in _TABLE:
        raise ValueError(f"activation: {name!r} is unknown; expected one of {', '.join(_TABLE)}.")
    return _TABLE[name]


class Activation(Elementwise):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : str
        Name of the function: "relu", "softmax", "tanh", ...
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
