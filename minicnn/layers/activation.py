"""Activations by name: ``activation="relu"`` in any layer, and the layer that is only that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.layers.base import Layer
from minicnn.layers.elu import elu, elu_backward, elu_branches
from minicnn.layers.leaky_relu import leaky_relu, leaky_relu_backward
from minicnn.layers.relu import relu, relu_backward, relu_branches
from minicnn.layers.sigmoid import sigmoid, sigmoid_backward
from minicnn.layers.softmax import softmax, softmax_backward
from minicnn.layers.tanh import tanh, tanh_backward

__all__ = ["Activation", "ActivationFunction", "get"]


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
    forward: Callable[[np.ndarray], tuple[np.ndarray, Any]]
    backward: Callable[[np.ndarray, Any], np.ndarray]
    branches: Callable[[Any], np.ndarray] | None = None


def _identity(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    return x, ()


def _identity_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    return dy


_FUNCTIONS = [
    ActivationFunction("linear", _identity, _identity_backward),
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


class Activation(Layer):
    """An activation as a layer of its own.

    Parameters
    ----------
    activation : str
        Name of the function: "relu", "softmax", "tanh", ...
    """

    def __init__(self, activation: str | ActivationFunction | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = get(activation)

    def _forward(self, x: np.ndarray, training: bool, key: Any) -> tuple[np.ndarray, Any]:
        y, cache = self.activation.forward(x)
        return y, (x, cache)

    def _backward(self, dy: np.ndarray, cache: Any) -> np.ndarray:
        return self.activation.backward(dy, cache[1])

    @property
    def branches(self) -> np.ndarray | None:
        """The smooth pieces of the last forward's elements."""
        if self._cache is None or self.activation.branches is None:
            return None
        return self.activation.branches(self._cache[1])

    @property
    def logits(self) -> np.ndarray | None:
        """The input of the last forward, if the function is the softmax."""
        ends_in_softmax = self._cache is not None and self.activation.name == "softmax"
        return self._cache[0] if ends_in_softmax else None

    def _config(self) -> dict[str, Any]:
        return {"activation": self.activation.name}
