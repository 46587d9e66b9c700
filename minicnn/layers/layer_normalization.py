"""LayerNormalization: every sample gets mean 0 and variance 1 by itself.

Derivation: docs/math/layer_normalization.md. Source: Ba, Kiros, Hinton 2016, "Layer
normalization".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from minicnn.initializers import Initializer
from minicnn.layers.checks import check_dy
from minicnn.layers.sample_axes import check_axis, positive_axes
from minicnn.layers.standardizing import (
    Standardizing,
    scaled_and_shifted,
    standardize,
    standardize_backward,
)
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["LayerNormalization", "layer_normalization", "layer_normalization_backward"]


def layer_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None,
    beta: np.ndarray | None,
    *,
    axes: tuple[int, ...],
    epsilon: float,
) -> tuple[np.ndarray, tuple]:
    r"""Normalise over some axes of every sample, then scale and shift.

    .. math:: \mu = \frac{1}{m} \sum_i x_i, \quad \sigma^2 = \frac{1}{m} \sum_i (x_i - \mu)^2
              \tag{layer_normalization.1}
    .. math:: \hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \quad
              y_i = \gamma_i \hat x_i + \beta_i \tag{layer_normalization.2}

    The index i runs over the m numbers along `axes`; there is one mean and one variance for every
    place along the other axes.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    gamma, beta : ndarray, or None
        The sizes of x along `axes`, 1 along the others; None means ones and zeros.
    axes : tuple of int
        Positive, the batch axis being 0.
    epsilon : float
        Keeps the root away from zero.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`layer_normalization_backward`.
    """
    x_hat, inverse_std = standardize(x, axes, epsilon)
    y = scaled_and_shifted(x_hat, gamma, beta)
    return y.astype(x.dtype), (x_hat.astype(x.dtype), inverse_std, gamma, axes)


def layer_normalization_backward(
    dy: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`layer_normalization`.

    .. math:: d\hat x_i = \gamma_i\, dy_i, \quad
              dx_i = \frac{1}{\sqrt{\sigma^2 + \epsilon}} \Bigl(d\hat x_i
              - \frac{1}{m} \sum_j d\hat x_j - \frac{\hat x_i}{m} \sum_j d\hat x_j\, \hat x_j\Bigr)
              \tag{layer_normalization.3}
    .. math:: d\gamma_i = \sum dy_i\, \hat x_i, \quad d\beta_i = \sum dy_i
              \tag{layer_normalization.4}

    The last sums run over the samples and over all places along the other axes.

    Returns
    -------
    dx : ndarray, the shape of x
    dgamma, dbeta : ndarray
        The sizes of x along the axes, 1 along the others.
    """
    x_hat, inverse_std, gamma, axes = cache
    check_dy("layer_normalization_backward", dy, x_hat.shape)
    others = tuple(axis for axis in range(dy.ndim) if axis not in axes)
    dgamma, dbeta = (
        array.sum(axis=others, keepdims=True, dtype=np.float64).astype(dy.dtype)
        for array in (dy * x_hat, dy)
    )
    dx_hat = dy if gamma is None else gamma * dy
    dx = standardize_backward(dx_hat, x_hat, inverse_std, axes)
    return dx.astype(dy.dtype), dgamma, dbeta


class LayerNormalization(Standardizing):
    """Normalisation of every sample by itself, with Keras's arguments.

    Parameters
    ----------
    axis : int or sequence of int
        Axes to normalise over, the batch axis being 0: -1 for the channels, [1, 2, 3] for a whole
        image.
    epsilon : float
        Added to the variance, 0 or more.
    center, scale : bool
        Whether to use beta, and whether to use gamma.
    beta_initializer, gamma_initializer : str or Initializer
        Initial values of the parameters.
    beta_regularizer, gamma_regularizer : str, Regularizer or None
        Penalties on the parameters.

    Notes
    -----
    Parameters: gamma and beta, of the sizes of the axes. Training and inference are the same.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = Standardizing.fixed_arguments | {
        "rms_scaling": (False,),
    }

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        beta_regularizer: str | Regularizer | None = None,
        gamma_regularizer: str | Regularizer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            **kwargs,
        )
        self.axis = check_axis(self._title(), axis)

    def _axes(self, ndim: int) -> tuple[int, ...]:
        return positive_axes(self._title(), self.axis, ndim)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        shape = tuple(input_shape[axis - 1] for axis in self._axes(len(input_shape) + 1))
        self._add_gamma_and_beta(shape, rng)
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        axes = self._axes(x.ndim)
        gamma, beta = self._gamma_and_beta(x, axes)
        return layer_normalization(x, gamma, beta, axes=axes, epsilon=self.epsilon)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dx, dgamma, dbeta = layer_normalization_backward(dy, cache)
        return dx, self._grads(dgamma, dbeta)
