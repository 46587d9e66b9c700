"""Flatten: every sample becomes one row of numbers. Derivation: docs/math/flatten.md."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Flatten", "flatten", "flatten_backward"]


def flatten(x: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Number the axes of a sample through, the last one fastest.

    .. math:: y_{n,\,(r w + s) c + k} = x_{nrsk} \tag{flatten.1}

    Returns
    -------
    y : ndarray, shape (n, d)
        d is the product of all axes but the first.
    cache : tuple
        For :func:`flatten_backward`.
    """
    return x.reshape(len(x), math.prod(x.shape[1:])), (x.shape,)


def flatten_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`flatten`: every number goes back to its place.

    .. math:: dx_{nrsk} = dy_{n,\,(r w + s) c + k} \tag{flatten.2}
    """
    return dy.reshape(cache[0])


class Flatten(Layer):
    """Make one row of every sample, as Keras's layer of that name.

    Parameters
    ----------
    data_format : {None, "channels_last"}
        Accepted for compatibility with Keras; it changes nothing.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"data_format": ("channels_last", None)}

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.output_shape = (math.prod(input_shape),)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return flatten(x)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return flatten_backward(dy, cache), {}
