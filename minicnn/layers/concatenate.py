"""Concatenate: several arrays side by side. Derivation: docs/math/concatenate.md.

Source: Szegedy et al. 2015, "Going deeper with convolutions" (channels of several branches).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.intervals import whole_number_in
from minicnn.layers.base import Layer
from minicnn.random import Key

__all__ = ["Concatenate", "concatenate", "concatenate_backward"]

Arrays = tuple[np.ndarray, ...]


def concatenate(xs: Arrays, *, axis: int = -1) -> tuple[np.ndarray, tuple]:
    r"""Write arrays side by side along an axis.

    .. math:: y_{s_k + i} = x_{k, i}, \quad s_k = \sum_{l < k} n_l \tag{concatenate.1}

    with the size n of each array along that axis.

    Returns
    -------
    y : ndarray
    cache : tuple
        For :func:`concatenate_backward`.
    """
    ends = np.cumsum([x.shape[axis] for x in xs])
    return np.concatenate(xs, axis=axis), (tuple(ends[:-1]), axis)


def concatenate_backward(dy: np.ndarray, cache: tuple) -> Arrays:
    r"""Return the derivatives of :func:`concatenate`: each array gets its own part.

    .. math:: dx_{k, i} = dy_{s_k + i} \tag{concatenate.2}
    """
    ends, axis = cache
    return tuple(np.split(dy, ends, axis=axis))


class Concatenate(Layer):
    """Join inputs along an axis, with Keras's arguments.

    Parameters
    ----------
    axis : int
        The axis; the batch axis counts, and cannot be it.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = whole_number_in("(-inf, inf)", axis, f"{self._title()}: axis")

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        shapes = input_shape if isinstance(input_shape[0], tuple) else (input_shape,)
        axes = len(shapes[0]) + 1  # with the batch axis
        if len(shapes) < 2:
            raise self._error("build: expected two or more inputs, got 1")
        if not -axes < self.axis < axes or self.axis % axes == 0:
            raise self._error(f"axis {self.axis} is not an axis of samples in (n, *{shapes[0]})")
        place = self.axis % axes - 1
        if len({(*shape[:place], *shape[place + 1 :], len(shape)) for shape in shapes}) > 1:
            listed = " and ".join(map(str, shapes))
            raise self._error(
                f"build: inputs of shapes {listed} differ on axes other than {self.axis}"
            )
        size = sum(shape[place] for shape in shapes)
        self.output_shape = (*shapes[0][:place], size, *shapes[0][place + 1 :])

    def forward(self, x: Arrays, *, training: bool, key: Key | None) -> tuple[np.ndarray, tuple]:
        return concatenate(x, axis=self.axis)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[Arrays, dict]:
        return concatenate_backward(dy, cache), {}
