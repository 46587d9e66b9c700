"""The layer that is checked: copies of it, and batches for it.

A wrong layer may change itself at any call. So every check works with fresh copies.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from minicnn.checking.general_position import in_general_position
from minicnn.random import Key, generator

__all__ = [
    "Subject",
    "arrays_of",
    "computes_in_float32",
    "differ",
    "largest_difference",
    "require_arrays",
]

#: Sums in another order differ by rounding, about 1e-16 of their terms each.
ROUNDING = 1e-9


class Subject:
    """A layer in float64, with its parameters at general values, and a batch for it.

    Parameters
    ----------
    layer : Layer
        Built; left untouched.
    x : ndarray or sequence of ndarray
        The batch, or one for each input of a layer that joins several.
    seed : int
        Of everything random.
    """

    def __init__(self, layer: Any, x: Any, seed: int) -> None:
        self.given, self.seed = layer, seed
        self.joins = isinstance(layer.input_shape[0], tuple)
        self.xs = tuple(np.array(one, np.float64) for one in arrays_of(x))
        self.n = len(self.xs[0])
        rng = generator(seed, "check")
        self._layer = in_general_position(layer, rng, "float64")
        self.dy = rng.normal(size=(self.n, *layer.output_shape))
        self.title = f"{type(layer).__name__} {layer.name!r}"

    def fresh(self) -> Any:
        """Return a copy of the layer."""
        return copy.deepcopy(self._layer)

    def rng(self, purpose: int) -> np.random.Generator:
        """Return a generator of one check's own."""
        return generator(self.seed, "check", 1 + purpose)

    def others(self, purpose: int) -> tuple[np.ndarray, ...]:
        """Draw other inputs from the given numbers, which the layer takes, in new places."""
        rng = self.rng(purpose)
        return tuple(rng.choice(x.reshape(-1), x.shape) for x in self.xs)

    @cached_property
    def in_float32(self) -> bool:
        """Whether forward computes in float32 although it is given float64."""

        def function(*xs: np.ndarray) -> np.ndarray:
            return self.forward(self.fresh(), xs, training=False)[0]

        return computes_in_float32(function, self.xs, self.rng(4))

    def forward(
        self, layer: Any, xs: tuple[np.ndarray, ...], *, training: bool, step: int = 0
    ) -> tuple[np.ndarray, Any]:
        """Run a layer forward on copies of arrays; `step` chooses the random numbers."""
        given = tuple(x.copy() for x in xs)
        key = Key(self.seed, step)
        y, cache = layer.forward(given if self.joins else given[0], training=training, key=key)
        return np.array(y), cache

    def backward(self, layer: Any, dy: np.ndarray, cache: Any) -> dict[str, np.ndarray]:
        """Run a layer backward; return copies of all gradients, those of the inputs as "x"."""
        dx, grads = layer.backward(dy.copy(), cache)
        names = [f"x[{k}]" for k in range(len(self.xs))] if self.joins else ["x"]
        arrays = dict(zip(names, arrays_of(dx), strict=True)) | grads
        require_arrays(grads)
        return {name: np.array(array) for name, array in arrays.items()}


def require_arrays(grads: Mapping[str, Any]) -> None:
    """Raise a ValueError if a gradient is not an array, or a number of NumPy's."""
    for name, gradient in grads.items():
        if not isinstance(gradient, (np.ndarray, np.generic)):
            got = type(gradient).__name__
            raise ValueError(f"backward: the gradient of {name} must be an array, got {got}.")


def arrays_of(x: Any) -> tuple[np.ndarray, ...]:
    """Return the arrays of one input or several."""
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def largest_difference(a: np.ndarray, b: np.ndarray) -> tuple[float, tuple[int, ...]]:
    """Return max|a - b|, relative to the larger array's size, and where it is."""
    if a.shape != b.shape:
        return float("inf"), ()
    if not a.size:
        return 0.0, ()
    apart = np.abs(a - b)
    apart = np.where(np.isnan(apart) & ~(np.isnan(a) & np.isnan(b)), np.inf, np.nan_to_num(apart))
    size = max(float(np.max(np.abs(np.nan_to_num(one)))) for one in (a, b)) or 1.0
    worst = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return float(apart[worst]) / size, tuple(map(int, worst))


def computes_in_float32(
    function: Callable[..., Any], xs: tuple[np.ndarray, ...], rng: np.random.Generator
) -> bool:
    """Whether a function of float64 ignores changes that only float32 rounds away."""
    shares = [rng.random(x.shape) for x in xs]
    y, near, far = (
        np.asarray(function(*(x - size * share * x for x, share in zip(xs, shares, strict=True))))
        for size in (0.0, 1e-11, 1e-3)
    )
    # A step function ignores most changes of any size.
    return np.array_equal(y, near) and np.sum(y != far) > 0.5 * np.count_nonzero(y)


def differ(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays differ by more than rounding."""
    return largest_difference(a, b)[0] > ROUNDING
