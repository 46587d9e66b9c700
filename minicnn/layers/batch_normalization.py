"""BatchNormalization: give every channel mean 0 and variance 1 over the batch, then rescale.

Derivation: docs/math/batch_normalization.md. Source: Ioffe & Szegedy 2015, "Batch normalization:
accelerating deep network training by reducing internal covariate shift", algorithms 1 and 2.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from minicnn import initializers
from minicnn.initializers import Initializer
from minicnn.intervals import number_in
from minicnn.kernels.batch_normalization import (
    backward_sums,
    input_gradient,
    mean_and_variance,
    normalize,
)
from minicnn.layers.base import Layer
from minicnn.layers.checks import check_dy
from minicnn.random import Key

__all__ = ["BatchNormalization", "batch_normalization", "batch_normalization_backward"]


class _Cache(NamedTuple):
    x: np.ndarray  # (m, c)
    mean: np.ndarray  # (c,) float64, as the next two
    inverse_std: np.ndarray
    scale: np.ndarray
    of_batch: bool


def batch_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None,
    beta: np.ndarray | None,
    *,
    epsilon: float,
    statistics: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray], _Cache]:
    r"""Normalise every channel, the last axis, over all other axes.

    .. math:: \mu = \frac1m \sum_i x_i, \quad \sigma^2 = \frac1m \sum_i (x_i - \mu)^2
              \tag{batch_normalization.1}
    .. math:: \hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} \tag{batch_normalization.2}
    .. math:: y_i = \gamma\, \hat x_i + \beta \tag{batch_normalization.3}

    Parameters
    ----------
    x : ndarray, shape (..., c)
        The index i runs over the m positions of all axes but the last.
    gamma, beta : ndarray, shape (c,), or None
        Scale and shift; None means ones and zeros.
    epsilon : float
        Keeps the root away from zero.
    statistics : (mean, variance), optional
        Constants of shape (c,) to use instead of (batch_normalization.1).

    Raises
    ------
    ValueError
        If a parameter or a statistic has the wrong shape.

    Returns
    -------
    y : ndarray, shape (..., c)
    statistics : (mean, variance)
        The statistics used, in float64; the variance is the biased one.
    cache : tuple
        For :func:`batch_normalization_backward`.
    """
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    given = mean_and_variance(rows) if statistics is None else statistics
    mean, variance = (np.asarray(value, np.float64) for value in given)
    for name, array in (("gamma", gamma), ("beta", beta), ("mean", mean), ("variance", variance)):
        if array is not None and np.shape(array) != x.shape[-1:]:
            raise ValueError(
                f"batch_normalization: expected {name} of shape {x.shape[-1:]}, "
                f"got {np.shape(array)}."
            )
    inverse_std, scale, shift = _scale_and_shift(variance, gamma, beta, epsilon)
    y = normalize(rows, mean, scale, shift).reshape(x.shape)
    return y, (mean, variance), _Cache(rows, mean, inverse_std, scale, statistics is None)


def _scale_and_shift(
    variance: np.ndarray, gamma: np.ndarray | None, beta: np.ndarray | None, epsilon: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return 1 / std, and the scale and shift of x - mean, in float64."""
    inverse_std = 1.0 / np.sqrt(variance + epsilon)
    scale = inverse_std if gamma is None else gamma * inverse_std
    shift = np.zeros_like(inverse_std) if beta is None else beta.astype(np.float64)
    return inverse_std, scale, shift


def batch_normalization_backward(
    dy: np.ndarray, cache: _Cache
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`batch_normalization`.

    .. math:: d\beta = \sum_i dy_i \tag{batch_normalization.4}
    .. math:: d\gamma = \sum_i dy_i\, \hat x_i \tag{batch_normalization.5}
    .. math:: dx_i = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
              \Bigl(dy_i - \frac{d\beta}{m} - \hat x_i \frac{d\gamma}{m}\Bigr)
              \tag{batch_normalization.6}

    If the statistics were constants, the last two terms of (batch_normalization.6) are absent.

    Returns
    -------
    dx : ndarray, shape (..., c)
    dgamma, dbeta : ndarray, shape (c,)
    """
    x, mean, inverse_std, scale, of_batch = cache
    check_dy("batch_normalization_backward", dy, (*np.shape(dy)[:-1], x.shape[1]))
    rows = np.ascontiguousarray(dy).reshape(x.shape)
    dbeta, dy_centred = backward_sums(rows, x, mean)
    dgamma = dy_centred * inverse_std
    per_row = 1.0 / len(x) if of_batch else 0.0
    # x hat is (x - mean) * inverse_std; the factor inverse_std is moved into the slope.
    dx = input_gradient(rows, x, mean, scale, dbeta * per_row, dgamma * inverse_std * per_row)
    return dx.reshape(dy.shape), dgamma.astype(x.dtype), dbeta.astype(x.dtype)


class BatchNormalization(Layer):
    """Batch normalisation of the last axis, with Keras's arguments.

    In training, the statistics are those of the batch, and the running ones move towards them. In
    inference, and if ``trainable`` is False, the running ones are used.

    Parameters
    ----------
    axis : int
        The axis of the channels: the last one (-1).
    momentum : float
        Share of its old value that a running statistic keeps in each step, 0 to 1.
    epsilon : float
        Added to the variance, 0 or more.
    center, scale : bool
        Whether to use beta, and whether to use gamma.
    beta_initializer, gamma_initializer : str or Initializer
        Initial values of the parameters.
    moving_mean_initializer, moving_variance_initializer : str or Initializer
        Initial values of the running statistics.

    Notes
    -----
    Parameters: gamma and beta (c,). State: moving_mean and moving_variance (c,). The running
    variance comes from the biased variance of the batch, as in Keras (PyTorch takes the unbiased
    one).
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = {
        "beta_regularizer": (None,),
        "gamma_regularizer": (None,),
        "beta_constraint": (None,),
        "gamma_constraint": (None,),
        "synchronized": (False,),
        "renorm": (False,),
        "renorm_clipping": (None,),
        # Without renorm this number has no effect.
        "renorm_momentum": (0.99,),
    }

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: str | Initializer = "zeros",
        gamma_initializer: str | Initializer = "ones",
        moving_mean_initializer: str | Initializer = "zeros",
        moving_variance_initializer: str | Initializer = "ones",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.momentum = number_in("[0, 1]", momentum, f"{self._title()}: momentum")
        self.epsilon = number_in("[0, inf)", epsilon, f"{self._title()}: epsilon")
        self.center, self.scale = bool(center), bool(scale)
        self.beta_initializer = initializers.of_weight(beta_initializer)
        self.gamma_initializer = initializers.of_weight(gamma_initializer)
        self.moving_mean_initializer = initializers.of_weight(moving_mean_initializer)
        self.moving_variance_initializer = initializers.of_weight(moving_variance_initializer)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        if self.axis not in (-1, len(input_shape)):
            raise self._error(
                f"axis must be the last one, -1 or {len(input_shape)} for inputs "
                f"(n, {', '.join(map(str, input_shape))}), got {self.axis}"
            )
        shape = input_shape[-1:]
        self.params = {}
        if self.scale:
            self.params["gamma"] = self.gamma_initializer(shape, self.dtype, rng)
        if self.center:
            self.params["beta"] = self.beta_initializer(shape, self.dtype, rng)
        self.state = {
            "moving_mean": self.moving_mean_initializer(shape, self.dtype, rng),
            "moving_variance": self.moving_variance_initializer(shape, self.dtype, rng),
        }
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        of_batch = training and self.trainable
        if of_batch and x.size == 0:
            raise self._error("forward: an empty batch has no mean")
        running = (self.state["moving_mean"], self.state["moving_variance"])
        y, statistics, cache = batch_normalization(
            x,
            self.params.get("gamma"),
            self.params.get("beta"),
            epsilon=self.epsilon,
            statistics=None if of_batch else running,
        )
        if of_batch:
            self._move(*statistics)
        return y, cache

    def batch_map(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return mean, 1 / std, scale and shift of a training step; move the running statistics.

        Each is (c,) in float64. Training computes ``(x - mean) * scale + shift``.
        """
        statistics = mean_and_variance(x.reshape(-1, x.shape[-1]))
        self._move(*statistics)
        gamma, beta = self.params.get("gamma"), self.params.get("beta")
        return statistics[0], *_scale_and_shift(statistics[1], gamma, beta, self.epsilon)

    def moving_map(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return mean, scale and shift, each (c,) in float64.

        Inference computes ``(x - mean) * scale + shift``.
        """
        mean, variance = (
            self.state[name].astype(np.float64) for name in ("moving_mean", "moving_variance")
        )
        gamma, beta = self.params.get("gamma"), self.params.get("beta")
        _, scale, shift = _scale_and_shift(variance, gamma, beta, self.epsilon)
        return mean, scale, shift

    def _move(self, mean: np.ndarray, variance: np.ndarray) -> None:
        for name, value in (("moving_mean", mean), ("moving_variance", variance)):
            moved = self.momentum * self.state[name] + (1.0 - self.momentum) * value
            # A new array: the old one may be the user's.
            self.state[name] = moved.astype(self.state[name].dtype)

    def backward(self, dy: np.ndarray, cache: _Cache) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dx, dgamma, dbeta = batch_normalization_backward(dy, cache)
        grads = {"gamma": dgamma, "beta": dbeta}
        return dx, {name: grads[name] for name in self.params}
