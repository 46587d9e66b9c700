"""Dense: every output is a weighted sum of every input.

Derivation: docs/math/dense.md. Source: Rumelhart, Hinton, Williams 1986, "Learning
representations by back-propagating errors".
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minicnn.initializers import Initializer
from minicnn.intervals import whole_number_in
from minicnn.kernels.column_sums import column_sums
from minicnn.kernels.matmul import matmul
from minicnn.layers.activation import LINEAR, ActivationFunction
from minicnn.layers.affine import Affine
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["Dense", "dense", "dense_backward"]


def dense(x: np.ndarray, w: np.ndarray, b: np.ndarray | None) -> tuple[np.ndarray, tuple]:
    r"""Multiply by a matrix and add a bias.

    .. math:: y = x W + b \tag{dense.1}

    Parameters
    ----------
    x : ndarray, shape (..., d)
    w : ndarray, shape (d, f)
    b : ndarray, shape (f,), or None

    Returns
    -------
    y : ndarray, shape (..., f)
    cache : tuple
        For :func:`dense_backward`.
    """
    d, f = w.shape
    y = matmul(x.reshape(-1, d), w).reshape(*x.shape[:-1], f)
    if b is not None:
        y += b
    return y, (x, w)


def dense_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`dense`.

    .. math:: dx = dy\, W^T \tag{dense.2}
    .. math:: dW = x^T dy \tag{dense.3}
    .. math:: db = \sum_n dy_n \tag{dense.4}

    Returns
    -------
    dx : ndarray, shape (..., d)
    dw : ndarray, shape (d, f)
    db : ndarray, shape (f,)
    """
    x, w = cache
    d, f = w.shape
    dy_rows = dy.reshape(-1, f)  # (n, f): every leading axis is a batch axis
    dw = matmul(x.reshape(-1, d).T, dy_rows)
    return matmul(dy_rows, w.T).reshape(x.shape), dw, column_sums(dy_rows).astype(dy.dtype)


class Dense(Affine):
    """Fully connected layer on the last axis, with Keras's arguments.

    Parameters
    ----------
    units : int
        Number of outputs.
    activation : str, optional
        Applied to the result.
    use_bias : bool
        Whether to add a learned bias.
    kernel_initializer, bias_initializer : str or Initializer
        Initial values.
    kernel_regularizer, bias_regularizer : str, Regularizer or None
        Penalties on the kernel and on the bias.
    kernel_constraint, bias_constraint : str, Constraint or None
        What they become after a step.

    Notes
    -----
    Parameters: kernel (d, units) and bias (units,).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Affine.fixed_arguments | {
        "quantization_config": (None,),
        "lora_rank": (None,),
    }

    def __init__(
        self,
        units: int,
        activation: str | ActivationFunction | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        kernel_regularizer: str | Regularizer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, **kwargs
        )
        self.units = whole_number_in("[1, inf)", units, f"{self._title()}: units")

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self._add_weights((input_shape[-1], self.units), self.units, rng)
        self.output_shape = (*input_shape[:-1], self.units)

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        kernel = self.params["kernel"].astype(x.dtype, copy=False)
        bias = self.params["bias"].astype(x.dtype, copy=False) if self.use_bias else None
        z, cache = dense(x, kernel, bias)
        if self.activation is LINEAR:
            return z, (cache, ())
        y, activation_cache = self.activation.forward(z)
        return y, (cache, activation_cache)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        map_cache, activation_cache = cache
        linear = self.activation is LINEAR
        dz = dy if linear else self.activation.backward(dy, activation_cache)
        dx, dkernel, dbias = dense_backward(dz, map_cache)
        return dx, {"kernel": dkernel} | ({"bias": dbias} if self.use_bias else {})
