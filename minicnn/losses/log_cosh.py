"""Log-cosh: squares for small errors, straight lines for large ones, without a seam.

Derivation: docs/math/log_cosh.md. Source: Green 1990, "Bayesian reconstructions from emission
tomography data using a modified EM algorithm".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss

__all__ = ["LogCosh", "log_cosh", "log_cosh_backward"]


def log_cosh(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the loss of every row, and the cache for its gradient.

        loss_i = (1/c) sum_j log(cosh(e_ij)),  e = y - t      (log_cosh.1)
        log(cosh(e)) = |e| + log(1 + exp(-2 |e|)) - log(2)    (log_cosh.2)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : ndarray
        For :func:`log_cosh_backward`.
    """
    e = y - t
    size = np.abs(e)
    values = size + np.log1p(np.exp(-2 * size)) - e.dtype.type(np.log(2))
    return np.mean(values, axis=-1), e


def log_cosh_backward(cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`, with a_i the row's scale.

    dy_ij = a_i (1/c) tanh(y_ij - t_ij)                       (log_cosh.3)
    """
    factor = scale[..., None] / cache.shape[-1]
    return np.tanh(cache) * factor.astype(cache.dtype)


class LogCosh(RowLoss):
    """Mean of the logarithms of the hyperbolic cosines of the differences.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        t = self.targets(y_true, y_pred.shape)
        return log_cosh(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: np.ndarray, scale: np.ndarray) -> np.ndarray:
        return log_cosh_backward(cache, scale)
