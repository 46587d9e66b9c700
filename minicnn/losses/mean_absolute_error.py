"""Mean absolute error: the mean over the last axis, then over the rows.

Derivation: docs/math/mean_absolute_error.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss

__all__ = ["MeanAbsoluteError", "mean_absolute_error", "mean_absolute_error_backward"]


def mean_absolute_error(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the absolute error of every row, and the cache for its gradient.

        loss_i = (1/c) sum_j |y_ij - t_ij|                    (mean_absolute_error.1)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : ndarray
        For :func:`mean_absolute_error_backward`.
    """
    difference = y - t
    return np.mean(np.abs(difference), axis=-1), difference


def mean_absolute_error_backward(cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`; where both are equal, a kink, it is 0.

    dy_ij = a_i (1/c) sign(y_ij - t_ij)                   (mean_absolute_error.2)
    """
    factor = scale[..., None] / cache.shape[-1]
    return np.sign(cache) * factor.astype(cache.dtype)


class MeanAbsoluteError(RowLoss):
    """Mean of absolute differences, which large mistakes do not dominate.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = self.targets(y_true, y_pred.shape)
        return mean_absolute_error(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return mean_absolute_error_backward(cache, scale)
