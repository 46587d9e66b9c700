"""The forms in which a ``call`` gets its inputs: one, a list, or a dict of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from minicnn.layers import Input
from minicnn.layers.tensor import ModeOfThePass, Tensor
from minicnn.registry import described

__all__ = ["as_own_floats", "called", "inputs_for", "one_input", "shapes_of"]


def inputs_for(shape: Any) -> Any:
    """Return inputs for a shape, in its form: a Tensor, or a list or dict of them."""
    if isinstance(shape, Mapping):
        return {key: Input(tuple(one)[1:], name=key) for key, one in shape.items()}
    if shape and isinstance(shape[0], list | tuple):
        return [Input(tuple(one)[1:]) for one in shape]
    return Input(tuple(shape)[1:])


def _mapped(function: Callable[[Any], Any], x: Any) -> Any:
    """Return what a function gives for each input, in the form in which they are given."""
    if isinstance(x, Mapping):
        return {key: _mapped(function, one) for key, one in x.items()}
    if isinstance(x, list | tuple) and all(isinstance(one, np.ndarray | Tensor) for one in x):
        return [function(one) for one in x]
    return function(x)


def shapes_of(x: Any, as_array: Callable[[Any], np.ndarray]) -> Any:
    """Return the shape of an input, in the form in which it is given."""

    def shape(one: Any) -> tuple[int | None, ...]:
        return one.shape if isinstance(one, Tensor) else (None, *as_array(one).shape[1:])

    return _mapped(shape, x)


def one_input(
    title: str, call: Callable[..., Any], places: Sequence[Any], named: Mapping[str, Any]
) -> tuple[Any, tuple[str, ...] | None]:
    """Return the arguments of a call as one input: a list in its order, if they are several inputs.

    Returns
    -------
    x : object
    apart : tuple of str, or None
        The names of those that were given by name; None if there is one argument.

    Raises
    ------
    TypeError
        If there is no input, or one of several is neither a Tensor nor an array; the message
        begins with `title`.
    """
    order = list(inspect.signature(call).parameters)
    given = {name: one for name, one in named.items() if name != "mask" or one is not None}
    given = {name: given.pop(name) for name in order if name in given} | given
    inputs = [*places, *given.values()]
    if len(inputs) == 1:
        return inputs[0], None
    for one in inputs:
        if not isinstance(one, Tensor | np.ndarray):
            raise TypeError(
                f"{title}: a call takes what layers give, or arrays, got {described(one)}; other "
                "arguments belong in __init__."
            )
    if not inputs:
        raise TypeError(f"{title}: a call takes what layers give, or arrays, got nothing.")
    return inputs, tuple(given)


def as_own_floats(x: Any, dtype: np.dtype) -> Any:
    """Return arrays, in their form; whole numbers become floats, as in calls of layers."""

    def floats(one: Any) -> np.ndarray:
        array = np.asarray(one)
        return array.astype(dtype) if array.dtype.kind in "iub" else array

    return _mapped(floats, x)


def called(
    call: Callable[..., Any], x: Any, apart: tuple[str, ...] | None, **mode: bool | ModeOfThePass
) -> Any:
    """Return what a ``call`` gives for one input that :func:`one_input` made of its arguments."""
    if apart is None:
        return call(x, **mode)
    by_place = len(x) - len(apart)
    return call(*x[:by_place], **dict(zip(apart, x[by_place:], strict=True)), **mode)
