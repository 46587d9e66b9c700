"""Arithmetic on what layers give: ``x + y`` is ``Add()([x, y])``, ``x / 255`` a Rescaling."""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from minicnn.layers import Add, Layer, Multiply, ReLU, Rescaling, Subtract
from minicnn.layers.tensor import Tensor

__all__ = ["lend_operators"]

Operator = Callable[[Any, Any], Any]

#: NumPy's function, which a number of NumPy calls -> the operator.
_ARITHMETIC: dict[np.ufunc, Callable[..., Any]] = {
    np.absolute: operator.abs,
    np.add: operator.add,
    np.divide: operator.truediv,
    np.multiply: operator.mul,
    np.negative: operator.neg,
    np.subtract: operator.sub,
}


def lend_operators() -> None:
    """Let Tensors be added, subtracted and multiplied, and combined with numbers."""
    operators: dict[str, Callable[..., Any]] = {
        "__add__": _operator(Add, lambda c: (1.0, c)),
        "__radd__": _operator(Add, lambda c: (1.0, c)),
        "__sub__": _operator(Subtract, lambda c: (1.0, -c)),
        "__rsub__": _operator(None, lambda c: (-1.0, c)),
        "__mul__": _operator(Multiply, lambda c: (c, 0.0)),
        "__rmul__": _operator(Multiply, lambda c: (c, 0.0)),
        "__truediv__": _divide,
        "__neg__": lambda x: Rescaling(-1.0)(x),
        "__getitem__": _refuse_part,
        "__pow__": _power,
        "__matmul__": _refusing("x @ y", "use Dense for a matrix of weights, or "),
        "__rtruediv__": _refusing("c / x"),
        # Of two halves, whose slopes at 0 are 0, as that of Keras's.
        "__abs__": lambda x: Add()([ReLU()(x), ReLU()(-x)]),
    }
    for name, method in operators.items():
        setattr(Tensor, name, method)
    Tensor.ndim = property(lambda x: len(x.shape))  # type: ignore[attr-defined]
    Tensor.__array_ufunc__ = _ufunc  # type: ignore[assignment]


def _ufunc(x: Tensor, ufunc: np.ufunc, method: str, *given: Any, **named: Any) -> Any:
    """Compute ``np.float64(2) * x``; refuse what no layer computes, such as ``np.tanh(x)``."""
    numbers = [one.item() if isinstance(one, np.generic) else one for one in given]
    operation = _ARITHMETIC.get(ufunc)
    if operation is None or any(isinstance(one, np.ndarray) for one in numbers):
        raise NotImplementedError(
            f"np.{ufunc.__name__}: it computes with arrays, and {x!r} holds no numbers; use a "
            "layer, or a function of minicnn.activations or minicnn.ops."
        )
    return operation(*numbers)


def _divide(x: Tensor, other: Any) -> Any:
    if isinstance(other, Tensor):
        return _refusing("x / y", "divide by a number, or ")(x, other)
    return _operator(None, lambda c: (1.0 / c, 0.0))(x, other)


def _power(x: Tensor, exponent: Any) -> Tensor:
    if exponent == 2:
        return Multiply()([x, x])
    return _refusing("x ** p", "p may be 2, or ")(x, exponent)


def _refusing(what: str, advice: str = "") -> Callable[..., Any]:
    def refuse(x: Tensor, other: Any) -> None:
        raise NotImplementedError(
            f"{what}: no layer computes it of {x!r} and {other!r}; {advice}write a Layer of "
            "your own (docs/own-layer.md)."
        )

    return refuse


def _refuse_part(x: Tensor, index: Any) -> None:
    raise NotImplementedError(
        f"x[...]: no layer takes any part of {x!r}; use Cropping2D, or write a Layer of your own "
        "(docs/own-layer.md)."
    )


def _operator(
    joining: type[Layer] | None, affine: Callable[[float], tuple[float, float]]
) -> Operator:
    """Return an operator: of two Tensors by a layer, of a Tensor and c as scale * x + offset."""

    def operate(x: Any, other: Any) -> Any:
        if joining is not None and isinstance(other, Tensor):
            return joining()([x, other])
        if isinstance(other, Real):
            scale, offset = affine(float(other))
            return Rescaling(scale, offset)(x)
        return NotImplemented

    return operate
