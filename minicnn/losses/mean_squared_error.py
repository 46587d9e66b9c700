"""Mean squared error: the mean over the last axis, then over the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss

__all__ = ["MeanSquaredError", "mean_squared_error", "mean_squared_error_backward"]


def mean_squared_error(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the squared error of every row, and the cache for its gradient.

        loss_i = (1/c) sum_j (y_ij - t_ij)^2                  (mean_squared_error.1)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : ndarray
        For :func:`mean_squared_error_backward`.
    """
    difference = y - t
    return np.mean(np.square(difference), axis=-1), difference


def mean_squared_error_backward(cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the derivative of the loss with respect to `y`, with a_i the row's scale.

    dy_ij = a_i (2/c) (y_ij - t_ij)                       (mean_squared_error.2)
    """
    factor = scale[..., None] * 2.0 / cache.shape[-1]
    return cache * factor.astype(cache.dtype)


class MeanSquaredError(RowLoss):
    """Mean of squared differences.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = self.targets(y_true, y_pred.shape)
        return mean_squared_error(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return mean_squared_error_backward(cache, scale)
