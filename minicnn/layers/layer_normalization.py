"""LayerNormalization: every sample gets mean 0 and variance 1 by itself.

Derivation: docs/math/layer_normalization.md. Source: Ba, Kiros, Hinton 2016, "Layer
normalization".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from minicnn import initializers
from minicnn.initializers import Initializer
from minicnn.intervals import number_in
from minicnn.layers.checks import check_dy
from minicnn.layers.elementwise import Elementwise
from minicnn.random import Key

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
    mean = x.mean(axis=axes, keepdims=True, dtype=np.float64)
    centred = x - mean  # in float64, as everything up to y
    inverse_std = 1.0 / np.sqrt(np.square(centred).mean(axis=axes, keepdims=True) + epsilon)
    x_hat = centred * inverse_std
    y = x_hat if gamma is None else gamma * x_hat
    if beta is not None:
        y = y + beta
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
    dx_hat = (dy if gamma is None else gamma * dy).astype(np.float64)
    mean = dx_hat.mean(axis=axes, keepdims=True)
    along = (dx_hat * x_hat).mean(axis=axes, keepdims=True)
    dx = inverse_std * (dx_hat - mean - x_hat * along)
    return dx.astype(dy.dtype), dgamma, dbeta


class LayerNormalization(Elementwise):
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

    Notes
    -----
    Parameters: gamma and beta, of the sizes of the axes. Training and inference are the same.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "beta_regularizer": (None,),
        "gamma_regularizer": (None,),
        "beta_constraint": (None,),
        "gamma_constraint": (None,),
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
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axes = [axis] if isinstance(axis, int) else axis
        if not isinstance(axes, (list, tuple)) or not all(isinstance(a, int) for a in axes):
            raise TypeError(f"{self._title()}: axis must be an integer or several, got {axis!r}.")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = number_in("[0, inf)", epsilon, f"{self._title()}: epsilon")
        self.center, self.scale = bool(center), bool(scale)
        self.beta_initializer = initializers.of_weight(beta_initializer)
        self.gamma_initializer = initializers.of_weight(gamma_initializer)

    def _axes(self, ndim: int) -> tuple[int, ...]:
        """Return the axes in order, from 1 on, for arrays with so many axes."""
        given = [self.axis] if isinstance(self.axis, int) else self.axis
        axes = sorted({axis % ndim for axis in given if -ndim <= axis < ndim})
        if len(axes) != len(given) or not axes or axes[0] == 0:
            raise self._error(
                f"build: axis must hold different axes of a sample, from 1 to {ndim - 1}, "
                f"got {self.axis}"
            )
        return tuple(axes)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        shape = tuple(input_shape[axis - 1] for axis in self._axes(len(input_shape) + 1))
        self.params = {}
        if self.scale:
            self.params["gamma"] = self.gamma_initializer(shape, self.dtype, rng)
        if self.center:
            self.params["beta"] = self.beta_initializer(shape, self.dtype, rng)
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        axes = self._axes(x.ndim)
        sizes = [size if axis in axes else 1 for axis, size in enumerate(x.shape)]
        gamma, beta = (
            self.params[name].astype(x.dtype, copy=False).reshape(sizes)
            if name in self.params
            else None
            for name in ("gamma", "beta")
        )
        return layer_normalization(x, gamma, beta, axes=axes, epsilon=self.epsilon)

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dx, dgamma, dbeta = layer_normalization_backward(dy, cache)
        grads = {"gamma": dgamma, "beta": dbeta}
        return dx, {name: grads[name].reshape(array.shape) for name, array in self.params.items()}
