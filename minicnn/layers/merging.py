"""The layers that join arrays of one shape element by element: Add, Subtract, Multiply, ...

Where a network forks and its branches meet again one of these stands: a residual block adds, a
squeeze-and-excitation block multiplies. Derivation: docs/math/merging.md. Source: He, Zhang, Ren,
Sun 2016, "Deep residual learning for image recognition"; Hu, Shen, Sun 2018,
"Squeeze-and-excitation networks".

Sizes of 1 are stretched to fit, as NumPy does it; :func:`unbroadcast` is the derivative of that.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = [
    "Add",
    "Average",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
    "add",
    "add_backward",
    "average",
    "average_backward",
    "maximum",
    "maximum_backward",
    "minimum",
    "minimum_backward",
    "multiply",
    "multiply_backward",
    "subtract",
    "subtract_backward",
    "unbroadcast",
]

Arrays = tuple[np.ndarray, ...]


def unbroadcast(dy: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    r"""Return the derivative of stretching an array to the shape of `dy`.

    .. math:: dx_i = \sum_{j \text{ made of } i} dy_j \tag{merging.1}

    Parameters
    ----------
    dy : ndarray
    shape : tuple of int
        Of the array before it was stretched: as many axes, some of size 1.
    """
    stretched = [k for k, (a, b) in enumerate(zip(dy.shape, shape, strict=True)) if a != b]
    return dy.sum(axis=tuple(stretched), keepdims=True) if stretched else dy


def add(xs: Arrays) -> tuple[np.ndarray, tuple]:
    r"""Add arrays.

    .. math:: y = \sum_k x_k \tag{merging.2}

    Returns
    -------
    y : ndarray
    cache : tuple
        For :func:`add_backward`.
    """
    return functools.reduce(np.add, xs), tuple(x.shape for x in xs)


def add_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`add`: every branch gets the whole.

    .. math:: dx_k = dy \tag{merging.3}
    """
    return tuple(unbroadcast(dy, shape) for shape in cache)


def subtract(xs: Arrays) -> tuple[np.ndarray, tuple]:
    r"""Subtract the second of two arrays from the first.

    .. math:: y = x_1 - x_2 \tag{merging.4}
    """
    first, second = xs
    return first - second, (first.shape, second.shape)


def subtract_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`subtract`.

    .. math:: dx_1 = dy, \quad dx_2 = -dy \tag{merging.5}
    """
    return unbroadcast(dy, cache[0]), unbroadcast(-dy, cache[1])


def multiply(xs: Arrays) -> tuple[np.ndarray, Arrays]:
    r"""Multiply arrays.

    .. math:: y = \prod_k x_k \tag{merging.6}
    """
    return functools.reduce(np.multiply, xs), tuple(xs)


def multiply_backward(dy: np.ndarray, cache: Arrays) -> Arrays:
    r"""Return the derivatives of :func:`multiply`: each factor gets the product of the others.

    .. math:: dx_k = dy \prod_{l \ne k} x_l \tag{merging.7}

    The others are multiplied, and not the product divided: a factor may be zero.
    """
    dxs = []
    for k, x in enumerate(cache):
        others = functools.reduce(np.multiply, [o for i, o in enumerate(cache) if i != k])
        dxs.append(unbroadcast(dy * others, x.shape))
    return tuple(dxs)


def average(xs: Arrays) -> tuple[np.ndarray, tuple]:
    r"""Take the mean of arrays.

    .. math:: y = \frac{1}{K} \sum_k x_k \tag{merging.8}
    """
    total, shapes = add(xs)
    return total / total.dtype.type(len(xs)), shapes


def average_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`average`.

    .. math:: dx_k = dy / K \tag{merging.9}
    """
    return add_backward(dy / dy.dtype.type(len(cache)), cache)


def maximum(xs: Arrays) -> tuple[np.ndarray, tuple]:
    r"""Take the largest of arrays; NaN stays NaN.

    .. math:: y = \max_k x_k \tag{merging.10}
    """
    y = functools.reduce(np.maximum, xs)
    winner = np.zeros(y.shape, np.intp)
    so_far = np.broadcast_to(xs[0], y.shape)
    for k, x in enumerate(xs[1:], start=1):
        # Of equal numbers the first wins, as TensorFlow decides it.
        winner = np.where(x > so_far, k, winner)
        so_far = np.maximum(so_far, x)
    return y, (winner, tuple(x.shape for x in xs))


def maximum_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`maximum`: the winner takes all, the first of equal ones.

    .. math:: dx_k = dy\, [k \text{ wins}] \tag{merging.11}
    """
    winner, shapes = cache
    return tuple(unbroadcast(dy * (winner == k), shape) for k, shape in enumerate(shapes))


def minimum(xs: Arrays) -> tuple[np.ndarray, tuple]:
    r"""Take the smallest of arrays; NaN stays NaN.

    .. math:: y = \min_k x_k = -\max_k (-x_k) \tag{merging.12}
    """
    y, cache = maximum(tuple(-x for x in xs))
    return -y, cache


def minimum_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`minimum`: the two signs cancel.

    .. math:: dx_k = dy\, [k \text{ wins}] \tag{merging.13}
    """
    return maximum_backward(dy, cache)


class Merge(Layer):
    """What the layers here share: shapes that fit each other."""

    fewest, most = 2, 1000

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        shapes = input_shape if isinstance(input_shape[0], tuple) else (input_shape,)
        if not self.fewest <= len(shapes) <= self.most:
            expected = "two" if self.most == 2 else "two or more"
            raise self._error(f"build: expected {expected} inputs, got {len(shapes)}")
        try:
            if len({len(shape) for shape in shapes}) > 1:
                raise ValueError
            self.output_shape = np.broadcast_shapes(*shapes)
        except ValueError:
            listed = " and ".join(map(str, shapes))
            raise self._error(f"build: inputs of shapes {listed} cannot be broadcast") from None


class Add(Merge):
    """Sum of two or more inputs, as Keras's layer of that name."""

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return add(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return add_backward(dy, cache), {}


class Subtract(Merge):
    """Difference of two inputs, as Keras's layer of that name."""

    most = 2

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return subtract(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return subtract_backward(dy, cache), {}


class Multiply(Merge):
    """Product of two or more inputs, as Keras's layer of that name."""

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, Arrays]:
        return multiply(x)

    def backward(self, dy: np.ndarray, cache: Arrays) -> tuple[Arrays, dict]:
        return multiply_backward(dy, cache), {}


class Average(Merge):
    """Mean of two or more inputs, as Keras's layer of that name."""

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return average(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return average_backward(dy, cache), {}


class Maximum(Merge):
    """Largest of two or more inputs, element by element, as Keras's layer of that name."""

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return maximum(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return maximum_backward(dy, cache), {}

    def branches(self, cache: tuple) -> np.ndarray:
        """Return the number of the input that won each element."""
        return cache[0]


class Minimum(Maximum):
    """Smallest of two or more inputs, element by element, as Keras's layer of that name."""

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return minimum(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return minimum_backward(dy, cache), {}
