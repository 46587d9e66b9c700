"""Mean squared error: the mean over the last axis, then over the rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import Loss, prediction, row_scale, weighted_mean

__all__ = ["MeanSquaredError", "mean_squared_error", "mean_squared_error_backward"]

_NAME = "MeanSquaredError"


class Cache(NamedTuple):
    """What the gradient needs."""

    difference: np.ndarray  # (..., c) y_pred - y_true
    scale: np.ndarray  # (...) derivative of the mean with respect to each row's loss


def mean_squared_error(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> tuple[float, Cache]:
    """Mean squared error of a batch, and the cache for its gradient.

        loss_i = (1/c) sum_j (y_ij - t_ij)^2                  (mean_squared_error.1)

    Parameters
    ----------
    y_true : array_like, shape (..., c)
        Targets t, cast to y_pred's dtype; (...) is accepted for c = 1.
    y_pred : array_like of float32 or float64, shape (..., c)
        Predictions y.
    sample_weight : array_like, shape (...), optional
        Factor for each row's loss; the mean divides by the number of rows all the same.

    Returns
    -------
    loss : float
    cache : Cache
        For :func:`mean_squared_error_backward`.

    Raises
    ------
    ValueError
        If shapes or dtypes do not fit.
    """
    y_pred = prediction(_NAME, y_pred)
    y = _targets(y_true, y_pred.shape)
    difference = y_pred - y.astype(y_pred.dtype, copy=False)
    scale = row_scale(_NAME, y_pred.shape[:-1], sample_weight)
    losses = np.mean(np.square(difference), axis=-1)
    return weighted_mean(losses, scale), Cache(difference, scale)


def mean_squared_error_backward(cache: Cache) -> np.ndarray:
    """Derivative of the loss with respect to `y_pred`, with a_i the row's scale.

        dy_ij = a_i (2/c) (y_ij - t_ij)                       (mean_squared_error.2)

    Returns
    -------
    ndarray of y_pred's dtype and shape
    """
    factor = cache.scale[..., None] * 2.0 / cache.difference.shape[-1]
    return cache.difference * factor.astype(cache.difference.dtype)


def _targets(y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Targets of the predictions' shape."""
    y = np.asarray(y_true)
    if (*y.shape, 1) == shape:
        y = y[..., None]
    if y.shape != shape:
        raise ValueError(f"{_NAME}: y_true has shape {y.shape}, y_pred {shape}.")
    return y


class MeanSquaredError(Loss):
    """Mean of squared differences.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def check_targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless targets have the predictions' shape."""
        _targets(y_true, shape)

    def forward(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> tuple[float, Cache]:
        return mean_squared_error(y_true, y_pred, sample_weight=sample_weight)

    def backward(self, cache: Cache) -> np.ndarray:
        return mean_squared_error_backward(cache)
