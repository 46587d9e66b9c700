"""Permute: the axes of a sample in another order. Derivation: docs/math/permute.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Permute", "permute", "permute_backward"]


def permute(x: np.ndarray, *, dims: tuple[int, ...]) -> tuple[np.ndarray, tuple]:
    r"""Reorder the axes of every sample.

    .. math:: y_{n, i_{\pi(1)}, \dots, i_{\pi(d)}} = x_{n, i_1, \dots, i_d} \tag{permute.1}

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    dims : tuple of int
        The pi of the formula: the number of the old axis, from 1 on, for every new one.

    Returns
    -------
    y : ndarray, the dtype of `x`
    cache : tuple
        For :func:`permute_backward`.
    """
    return x.transpose(0, *dims), (dims,)


def permute_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`permute`: every axis goes back to its place.

    .. math:: dx_{n, i_1, \dots, i_d} = dy_{n, i_{\pi(1)}, \dots, i_{\pi(d)}} \tag{permute.2}
    """
    return dy.transpose(np.argsort((0, *cache[0])))


class Permute(Layer):
    """Give the axes of samples another order, with Keras's argument.

    Parameters
    ----------
    dims : sequence of int
        The axes, from 1 on, in their new order: (2, 1) swaps two axes.
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if not self.dims or sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise self._error(f"dims must be the numbers from 1 on in some order, got {dims}")

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if len(input_shape) != len(self.dims):
            raise self._error(
                f"build: expected input_shape with {len(self.dims)} axes, got {input_shape}"
            )
        self.output_shape = tuple(input_shape[dim - 1] for dim in self.dims)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return permute(x, dims=self.dims)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return permute_backward(dy, cache), {}
