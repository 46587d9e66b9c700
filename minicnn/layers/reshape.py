"""Reshape: the same numbers in another shape. Derivation: docs/math/reshape.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.configurable import plain
from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Reshape", "reshape", "reshape_backward"]


def reshape(x: np.ndarray, *, target_shape: tuple[int, ...]) -> tuple[np.ndarray, tuple]:
    r"""Give every sample another shape; the numbers keep their order, the last axis fastest.

    .. math:: y_{n,j} = x_{n,i} \quad\text{where } i \text{ and } j \text{ have one place in
              their shapes} \tag{reshape.1}

    Returns
    -------
    y : ndarray, shape (n, *target_shape)
    cache : tuple
        For :func:`reshape_backward`.
    """
    return x.reshape(len(x), *target_shape), (x.shape,)


def reshape_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    r"""Return the derivative of :func:`reshape`: every number goes back to its place.

    .. math:: dx_{n,i} = dy_{n,j} \tag{reshape.2}
    """
    return dy.reshape(cache[0])


class Reshape(Layer):
    """Give samples another shape, with Keras's argument.

    Parameters
    ----------
    target_shape : tuple of int
        Without the batch axis. One size may be -1: it follows from the others.
    """

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target_shape = plain(target_shape)
        if isinstance(target_shape, int):
            target_shape = (target_shape,)
        self.target_shape = tuple(int(size) for size in target_shape)
        if self.target_shape.count(-1) > 1 or min(self.target_shape, default=1) < -1:
            raise self._error(
                f"target_shape must hold sizes, one of which may be -1, got {target_shape}"
            )

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        size = math.prod(input_shape)
        known = math.prod(s for s in self.target_shape if s != -1)
        fits = known and size % known == 0 if -1 in self.target_shape else size == known
        if not fits:
            raise self._error(
                f"build: {size} numbers of shape {input_shape} do not fit into {self.target_shape}"
            )
        self.output_shape = tuple(size // known if s == -1 else s for s in self.target_shape)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        assert self.output_shape is not None
        return reshape(x, target_shape=self.output_shape)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict]:
        return reshape_backward(dy, cache), {}
