"""The checks around every layer's methods, so that no layer repeats or forgets them.

:class:`~minicnn.layers.base.Layer` wraps ``build``, ``forward`` and ``backward`` of each subclass.
Kernels do not check bounds: they rely on the shapes checked here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn.configurable import check_call, plain
from minicnn.layers.dtypes import FLOATS
from minicnn.random import next_seed

__all__ = [
    "check_dy",
    "check_signature",
    "check_weights",
    "checked_backward",
    "checked_build",
    "checked_forward",
    "sample_shape",
]

#: What ``build`` takes: the shape of a sample, or the shapes of several inputs that are joined.
Shape = tuple[int, ...]
Shapes = Shape | tuple[Shape, ...]


#: How each method is called.
_CALLS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "build": ("build(self, input_shape, rng)", 3, {}),
    "forward": ("forward(self, x, *, training, key)", 2, {"training": 0, "key": 0}),
    "backward": ("backward(self, dy, cache)", 3, {}),
}


def check_signature(cls: type, name: str) -> None:
    """Require that a method of a class takes what it will be called with.

    Raises
    ------
    DefinitionError
        If it does not.
    """
    check_call(cls, name, *_CALLS[name])


def require_made(layer: Any) -> None:
    """Raise a ValueError if ``__init__`` of a class did not call that of its base class."""
    if "weight_shapes" not in vars(layer):  # params may be somebody's own
        raise ValueError(f"{type(layer).__name__}: __init__ must call super().__init__().")


def checked_build(build: Callable[..., None]) -> Callable[..., None]:
    """Check the shape before ``build``; after it cast parameters, and find the output's shape."""

    @functools.wraps(build)
    def checked(self: Any, input_shape: Any, rng: np.random.Generator | int | None = None) -> None:
        if type(self).build is not checked:  # called by a subclass, which has been checked
            build(self, input_shape, rng)
            return
        require_made(self)
        shape = sample_shape(f"{_title(self)}: build", input_shape)
        self.output_shape = None
        build(self, shape, np.random.default_rng(next_seed() if rng is None else rng))
        self.params = {name: np.asarray(a, self.dtype) for name, a in self.params.items()}
        self.input_shape = shape
        self.weight_shapes = {k: array.shape for k, array in (self.params | self.state).items()}
        self.identity = object()
        if self.output_shape is None:
            self.output_shape = _tried(self, shape)

    checked.checks_layer = True  # type: ignore[attr-defined]
    return checked


def checked_forward(forward: Callable[..., Any]) -> Callable[..., Any]:
    """Check the input and the weights before ``forward``, and the form of the result after it."""

    @functools.wraps(forward)
    def checked(self: Any, x: Any, *, training: bool, key: Any = None) -> Any:
        if type(self).forward is not checked:
            return forward(self, x, training=training, key=key)
        problem = _input_problem(x, self.input_shape) or _weights_problem(self)
        if problem:
            raise ValueError(f"{_title(self)}: forward: {problem}.")
        result = forward(self, x, training=bool(training), key=key)
        if not isinstance(result, tuple) or len(result) != 2:
            raise ValueError(
                f"{_title(self)}: forward must return (y, cache), got {_kind(result)}."
            )
        expected = (x[0] if isinstance(x, (tuple, list)) else x).dtype
        if getattr(result[0], "dtype", None) != expected:
            raise ValueError(
                f"{_title(self)}: forward must return y in the {expected} of its input, got "
                f"{getattr(result[0], 'dtype', type(result[0]).__name__)}; "
                "make constants in x.dtype."
            )
        if self.output_shape is not None and result[0].shape[1:] != self.output_shape:
            raise ValueError(
                f"{_title(self)}: forward must return y of shape {_batch_of(self.output_shape)}, "
                f"got {result[0].shape}."
            )
        return result

    checked.checks_layer = True  # type: ignore[attr-defined]
    return checked


def checked_backward(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Check the derivative before ``backward``, and form and shape of the result after it."""

    @functools.wraps(backward)
    def checked(self: Any, dy: np.ndarray, cache: Any) -> Any:
        if type(self).backward is not checked:
            return backward(self, dy, cache)
        if not isinstance(dy, np.ndarray) or dy.shape[1:] != self.output_shape:
            raise ValueError(
                f"{_title(self)}: backward: expected dy of shape {_batch_of(self.output_shape)}, "
                f"got {np.shape(dy)}."
            )
        result = backward(self, dy, cache)
        pair = isinstance(result, tuple) and len(result) == 2
        if not pair or not isinstance(result[1], dict):
            raise ValueError(
                f"{_title(self)}: backward must return (dx, grads), grads a dict by parameter "
                f"name, got {_kind(result)}."
            )
        problem = _dx_problem(result[0], self.input_shape, len(dy))
        if problem:
            raise ValueError(f"{_title(self)}: backward: {problem}.")
        return result

    checked.checks_layer = True  # type: ignore[attr-defined]
    return checked


def sample_shape(where: str, shape: Any) -> Any:
    """Return the shape of a sample, or of several, as plain integers.

    A leading None is the batch axis, as in Keras, and is removed.

    Raises
    ------
    ValueError
        If a size is not a positive integer.
    """
    given = plain(shape)
    sizes = tuple(given) if isinstance(given, (tuple, list)) else given
    if isinstance(sizes, tuple) and sizes and isinstance(sizes[0], (tuple, list)):
        return tuple(sample_shape(where, one) for one in sizes)
    if isinstance(sizes, tuple) and sizes and sizes[0] is None:
        sizes = sizes[1:]
    if not sizes or not isinstance(sizes, tuple) or not all(map(_is_size, sizes)):
        raise ValueError(
            f"{where}: input_shape must hold positive sizes, as in (48, 48, 1), got {shape!r}."
        )
    return tuple(int(size) for size in sizes)


def check_dy(where: str, dy: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise a ValueError if a derivative does not have the shape of its output."""
    if np.shape(dy) != tuple(shape):
        raise ValueError(f"{where}: expected dy of shape {tuple(shape)}, got {np.shape(dy)}.")


def _is_size(size: Any) -> bool:
    return hasattr(size, "__index__") and not isinstance(size, bool) and size > 0


def _tried(layer: Any, input_shape: Any) -> tuple[int, ...]:
    """Return the output's shape, from one forward of zeros."""
    joined = isinstance(input_shape[0], tuple)
    # In float64, which no number in forward can widen.
    zeros = [np.zeros((1, *s)) for s in (input_shape if joined else [input_shape])]
    try:
        y, _ = layer.forward(tuple(zeros) if joined else zeros[0], training=False, key=0)
    except Exception as error:
        layer.input_shape = None
        raise ValueError(
            f"{_title(layer)}: forward fails on a sample of zeros of shape {input_shape} "
            f"({error}); fix it, or set self.output_shape in build."
        ) from error
    return tuple(np.shape(y)[1:])


def _input_problem(x: Any, input_shape: Any) -> str | None:
    """Describe what is wrong with an input for a layer, if anything."""
    if input_shape is None:
        return "the layer is not built; call build(input_shape, rng) first"
    if isinstance(input_shape[0], tuple):
        if not isinstance(x, (tuple, list)) or len(x) != len(input_shape):
            return f"expected {len(input_shape)} arrays in a tuple, got {_kind(x)}"
        problems = map(_input_problem, x, input_shape)
        return next((problem for problem in problems if problem), None)
    if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
        return f"expected a float32 or float64 array, got {getattr(x, 'dtype', type(x).__name__)}"
    if x.shape[1:] != input_shape:
        return f"expected shape {_batch_of(input_shape)}, got {x.shape}"
    return None


def _dx_problem(dx: Any, input_shape: Any, n: int) -> str | None:
    """Describe what is wrong with the dx for a dy of `n` samples, if anything."""
    if isinstance(input_shape[0], tuple):
        if not isinstance(dx, (tuple, list)) or len(dx) != len(input_shape):
            return f"expected {len(input_shape)} arrays in a tuple for dx, got {_kind(dx)}"
        problems = (_dx_problem(*pair, n) for pair in zip(dx, input_shape, strict=True))
        return next((problem for problem in problems if problem), None)
    if np.shape(dx) != (n, *input_shape):
        return f"expected dx of shape {(n, *input_shape)} for {n} samples of dy, got {np.shape(dx)}"
    return None


def check_weights(layer: Any) -> None:
    """Raise a ValueError if a weight was replaced by an array of another shape."""
    problem = _weights_problem(layer)
    if problem:
        raise ValueError(f"{_title(layer)}: forward: {problem}.")


def _weights_problem(layer: Any) -> str | None:
    """Describe what is wrong with replaced weights, if anything."""
    for name, shape in layer.weight_shapes.items():
        array = layer.params.get(name, layer.state.get(name))
        if not isinstance(array, np.ndarray) or array.shape != shape:
            got = getattr(array, "shape", type(array).__name__)
            if isinstance(array, np.generic):  # array + 1, if its shape is ()
                got = "a number, not an array"
            return f"expected {name} of shape {shape}, got {got}"
    return None


def _title(layer: Any) -> str:
    return f"{type(layer).__name__} {layer.name!r}"


def _batch_of(shape: Any) -> str:
    return f"(n, {', '.join(map(str, shape))})"


def _kind(value: Any) -> str:
    return f"{len(value)} values" if isinstance(value, (tuple, list)) else type(value).__name__
