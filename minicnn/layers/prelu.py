"""PReLU: a ReLU that learns its slopes below zero.

Derivation: docs/math/prelu.md. Source: He, Zhang, Ren, Sun 2015, "Delving deep into rectifiers",
section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from minicnn import initializers, regularizers
from minicnn.initializers import Initializer
from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["PReLU", "prelu", "prelu_backward"]


def prelu(x: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, tuple]:
    r"""Keep what is positive, and multiply the rest by learned slopes.

    .. math:: y_{ni} = x_{ni} \text{ if } x_{ni} > 0, \quad
              y_{ni} = \alpha_i x_{ni} \text{ otherwise} \tag{prelu.1}

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    alpha : ndarray
        The shape of a sample; where a size is 1, the slope is shared along that axis.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`prelu_backward`.
    """
    return np.where(x > 0, x, alpha * x), (x, alpha)


def prelu_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`prelu`.

    .. math:: dx_{ni} = dy_{ni} \text{ if } x_{ni} > 0, \quad \alpha_i\, dy_{ni} \text{ if }
              x_{ni} < 0, \quad 0 \text{ if } x_{ni} = 0 \tag{prelu.2}
    .. math:: d\alpha_i = \sum_{n, x_{ni} < 0} x_{ni}\, dy_{ni} \tag{prelu.3}

    The second sum runs over all places that share the slope. At 0, dx is Keras's choice.

    Returns
    -------
    dx : ndarray, the shape of x
    dalpha : ndarray, the shape of alpha
    """
    x, alpha = cache
    check_dy("prelu_backward", dy, x.shape)
    zero = dy.dtype.type(0)
    dx = np.where(x > 0, dy, np.where(x < 0, alpha * dy, zero))
    shared = tuple(axis + 1 for axis, size in enumerate(alpha.shape) if size == 1)
    below = np.where(x < 0, x * dy, zero)
    dalpha = below.sum(axis=(0, *shared), dtype=np.float64).reshape(alpha.shape)
    return dx, dalpha.astype(dy.dtype)


class PReLU(Elementwise):
    """ReLU with learned slopes below zero, with Keras's arguments.

    Parameters
    ----------
    alpha_initializer : str or Initializer
        Initial values of the slopes.
    alpha_regularizer : str, Regularizer or None
        Penalty on the slopes.
    alpha_constraint : None
        Accepted for compatibility with Keras; it changes nothing.
    shared_axes : int or sequence of int, optional
        Axes along which a slope is shared, the batch axis being 0: [1, 2] gives every channel of
        an image one slope.

    Notes
    -----
    Parameters: alpha, of the shape of a sample, with 1 on shared axes.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {"alpha_constraint": (None,)}

    def __init__(
        self,
        alpha_initializer: str | Initializer = "zeros",
        alpha_regularizer: str | Regularizer | None = None,
        alpha_constraint: None = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(alpha_constraint=alpha_constraint, **kwargs)
        self.alpha_initializer = initializers.of_weight(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        if self.alpha_regularizer is not None:
            self.regularizers["alpha"] = self.alpha_regularizer
        if isinstance(shared_axes, int):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        shape = list(input_shape)
        for axis in self.shared_axes or ():
            if axis not in range(1, len(shape) + 1):
                raise self._error(
                    f"build: shared_axes must hold axes from 1 to {len(shape)}, "
                    f"got {self.shared_axes}"
                )
            shape[axis - 1] = 1
        self.params = {"alpha": self.alpha_initializer(tuple(shape), self.dtype, rng)}
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        return prelu(x, self.params["alpha"].astype(x.dtype, copy=False))

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dx, dalpha = prelu_backward(dy, cache)
        return dx, {"alpha": dalpha}

    def branches(self, cache: tuple) -> np.ndarray:
        return np.sign(cache[0])
