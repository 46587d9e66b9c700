"""What activations become: operators that every runtime since opset 13 has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minicnn.layers import ReLU
from minicnn.onnx_export.nodes import Nodes, Value

__all__ = ["activation", "relu"]

_SELU = {"alpha": 1.6732632423543772, "gamma": 1.0507009873554805}


def activation(nodes: Nodes, name: str, x: Value) -> Value:
    """Add an activation by its name.

    Raises
    ------
    ValueError
        If it has no counterpart.
    """
    if name == "linear":
        return x
    if name in ("softmax", "log_softmax"):
        operator = "Softmax" if name == "softmax" else "LogSoftmax"
        return x._replace(name=nodes.add(operator, x.name, axis=x.axis(-1)))
    if name in _PLAIN:
        operator, attributes = _PLAIN[name]
        return x._replace(name=nodes.add(operator, x.name, **attributes))
    if name in _COMPOSED:
        return x._replace(name=_COMPOSED[name](nodes, x.name))
    raise ValueError(f"the activation {name!r} cannot be exported to ONNX.")


_HARD_SIGMOID: dict[str, Any] = {"alpha": 1 / 6, "beta": 0.5}
_PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "elu": ("Elu", {"alpha": 1.0}),
    "selu": ("Selu", _SELU),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "sigmoid": ("Sigmoid", {}),
    "hard_sigmoid": ("HardSigmoid", _HARD_SIGMOID),
    "tanh": ("Tanh", {}),
    "exponential": ("Exp", {}),
}


def _relu6(nodes: Nodes, x: str) -> str:
    return nodes.add("Clip", x, nodes.constant(0.0), nodes.constant(6.0))


def _gelu(nodes: Nodes, x: str) -> str:
    scaled = nodes.add("Mul", x, nodes.constant(math.sqrt(0.5)))
    share = nodes.add("Add", nodes.add("Erf", scaled), nodes.constant(1.0))
    return nodes.add("Mul", nodes.add("Mul", x, nodes.constant(0.5)), share)


def _silu(nodes: Nodes, x: str) -> str:
    return nodes.add("Mul", x, nodes.add("Sigmoid", x))


def _mish(nodes: Nodes, x: str) -> str:
    return nodes.add("Mul", x, nodes.add("Tanh", nodes.add("Softplus", x)))


def _hard_silu(nodes: Nodes, x: str) -> str:
    return nodes.add("Mul", x, nodes.add("HardSigmoid", x, **_HARD_SIGMOID))


_COMPOSED: dict[str, Callable[[Nodes, str], str]] = {
    "relu6": _relu6,
    "gelu": _gelu,
    "silu": _silu,
    "mish": _mish,
    "hard_silu": _hard_silu,
}


def relu(nodes: Nodes, layer: ReLU, x: Value) -> Value:
    """Add a ReLU with its slope, threshold and upper bound."""
    name = x.name
    if layer.threshold:
        threshold = nodes.constant(layer.threshold)
        above = nodes.add("Greater", name, threshold)
        below = nodes.add(
            "Mul", nodes.add("Sub", name, threshold), nodes.constant(layer.negative_slope)
        )
        name = nodes.add("Where", above, name, below)
    elif layer.negative_slope:
        name = nodes.add("LeakyRelu", name, alpha=layer.negative_slope)
    elif layer.max_value is None:
        name = nodes.add("Relu", name)
    else:
        bounds = nodes.constant(0.0), nodes.constant(layer.max_value)
        return x._replace(name=nodes.add("Clip", name, *bounds))
    if layer.max_value is not None:
        name = nodes.add("Min", name, nodes.constant(layer.max_value))
    return x._replace(name=name)
