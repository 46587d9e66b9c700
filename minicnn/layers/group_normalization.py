"""GroupNormalization: every group of a sample's channels gets mean 0 and variance 1.

Derivation: docs/math/group_normalization.md. Sources: Wu & He 2018, "Group normalization"; Ulyanov,
Vedaldi, Lempitsky 2016, "Instance normalization" (one channel in each group).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minicnn.initializers import Initializer
from minicnn.layers.checks import check_dy
from minicnn.layers.standardizing import (
    Standardizing,
    scaled_and_shifted,
    standardize,
    standardize_backward,
)
from minicnn.random import Key
from minicnn.regularizers import Regularizer

__all__ = ["GroupNormalization", "group_normalization", "group_normalization_backward"]


def group_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None,
    beta: np.ndarray | None,
    *,
    groups: int,
    axis: int = -1,
    epsilon: float,
) -> tuple[np.ndarray, tuple]:
    r"""Normalise every group of channels of every sample, then scale and shift the channels.

    .. math:: \mu_g = \frac{1}{m} \sum_{i \in g} x_i, \quad
              \sigma_g^2 = \frac{1}{m} \sum_{i \in g} (x_i - \mu_g)^2
              \tag{group_normalization.1}
    .. math:: \hat x_i = \frac{x_i - \mu_g}{\sqrt{\sigma_g^2 + \epsilon}}, \quad
              y_i = \gamma_c \hat x_i + \beta_c \tag{group_normalization.2}

    The index i runs over the m numbers of a sample in the channels of the group g, neighbours along
    `axis`; c is the channel of i.

    Parameters
    ----------
    x : ndarray, shape (n, ...)
    gamma, beta : ndarray, or None
        The size of x along `axis`, 1 along the others; None means ones and zeros.
    groups : int
        A divisor of the number of channels.
    axis : int
        The axis of the channels, not that of the samples.
    epsilon : float
        Keeps the root away from zero.

    Returns
    -------
    y : ndarray, the shape and dtype of `x`
    cache : tuple
        For :func:`group_normalization_backward`.

    Raises
    ------
    ValueError
        If the groups do not divide the channels.
    """
    channels = x.shape[axis]
    if channels % groups:
        raise ValueError(f"group_normalization: {groups} groups do not divide {channels} channels.")
    axis %= x.ndim
    grouped = x.reshape(*x.shape[:axis], groups, channels // groups, *x.shape[axis + 1 :])
    # All axes of a sample but that of the groups.
    axes = tuple(one for one in range(1, grouped.ndim) if one != axis)
    x_hat, inverse_std = standardize(grouped, axes, epsilon)
    y = scaled_and_shifted(x_hat.reshape(x.shape), gamma, beta)
    return y.astype(x.dtype), (x_hat.astype(x.dtype), inverse_std, gamma, axes, axis)


def group_normalization_backward(
    dy: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the derivatives of :func:`group_normalization`.

    .. math:: d\hat x_i = \gamma_c\, dy_i, \quad
              dx_i = \frac{1}{\sqrt{\sigma_g^2 + \epsilon}} \Bigl(d\hat x_i
              - \frac{1}{m} \sum_{j \in g} d\hat x_j
              - \frac{\hat x_i}{m} \sum_{j \in g} d\hat x_j\, \hat x_j\Bigr)
              \tag{group_normalization.3}
    .. math:: d\gamma_c = \sum_{i \in c} dy_i\, \hat x_i, \quad d\beta_c = \sum_{i \in c} dy_i
              \tag{group_normalization.4}

    The last sums run over all samples and all places of the channel.

    Returns
    -------
    dx : ndarray, the shape of x
    dgamma, dbeta : ndarray, shape (c,)
    """
    x_hat, inverse_std, gamma, axes, axis = cache
    grouped = x_hat.shape  # (n, ..., groups, c / groups, ...)
    shape = (*grouped[:axis], grouped[axis] * grouped[axis + 1], *grouped[axis + 2 :])
    check_dy("group_normalization_backward", dy, shape)
    by_channel = x_hat.reshape(shape)
    others = tuple(one for one in range(dy.ndim) if one != axis)
    dgamma, dbeta = (
        array.sum(axis=others, dtype=np.float64).astype(dy.dtype) for array in (dy * by_channel, dy)
    )
    dx_hat = dy if gamma is None else gamma * dy
    dx = standardize_backward(dx_hat.reshape(grouped), x_hat, inverse_std, axes)
    return dx.reshape(shape).astype(dy.dtype), dgamma, dbeta


class GroupNormalization(Standardizing):
    """Normalisation of groups of channels, sample by sample, with Keras's arguments.

    Parameters
    ----------
    groups : int
        A divisor of the number of channels. -1 means a group for each channel, which is instance
        normalisation.
    axis : int
        The axis of the channels, the batch axis being 0.
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
    Parameters: gamma and beta (c,). Training and inference are the same.
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
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
        for name, value in (("groups", groups), ("axis", axis)):
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise self._error(f"{name} must be an integer, got {value!r}")
        if groups < 1 and groups != -1:
            raise self._error(
                f"groups must be a positive integer, or -1 for instance normalisation, got {groups}"
            )
        self.groups, self.axis = int(groups), int(axis)

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        ndim = len(input_shape) + 1
        if not -ndim <= self.axis < ndim or self.axis % ndim == 0:
            raise self._error(
                f"build: axis must be one of a sample's axes, from 1 to {ndim - 1}, got {self.axis}"
            )
        channels = input_shape[self.axis % ndim - 1]
        if channels % self.groups:
            raise self._error(
                f"build: the number of channels must be divisible by groups={self.groups}, "
                f"got {channels} channels along axis {self.axis} of {input_shape}"
            )
        self._add_gamma_and_beta((channels,), rng)
        self.output_shape = input_shape

    def forward(
        self, x: np.ndarray, *, training: bool, key: Key | None
    ) -> tuple[np.ndarray, tuple]:
        gamma, beta = self._gamma_and_beta(x, (self.axis % x.ndim,))
        groups = x.shape[self.axis] if self.groups == -1 else self.groups
        return group_normalization(
            x, gamma, beta, groups=groups, axis=self.axis, epsilon=self.epsilon
        )

    def backward(self, dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        dx, dgamma, dbeta = group_normalization_backward(dy, cache)
        return dx, self._grads(dgamma, dbeta)
