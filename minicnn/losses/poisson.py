"""Poisson loss: how unlikely counts are, given the rates that were predicted.

Derivation: docs/math/poisson.md. Source: Cameron & Trivedi 1998, "Regression analysis of count
data", chapter 3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import EPSILON

__all__ = ["Poisson", "poisson", "poisson_backward"]

Cache = tuple[np.ndarray, np.ndarray]


def poisson(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Return the loss of every row, and the cache for its gradient.

        loss_i = (1/c) sum_j (y_ij - t_ij log(y_ij + e)),  e = 1e-7    (poisson.1)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predicted rates and counts.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : tuple
        For :func:`poisson_backward`.
    """
    rate = y + y.dtype.type(EPSILON)
    return np.mean(y - t * np.log(rate), axis=-1), (rate, t)


def poisson_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`, with a_i the row's scale.

    dy_ij = a_i (1/c) (1 - t_ij / (y_ij + e))                 (poisson.2)
    """
    rate, t = cache
    factor = scale[..., None] / t.shape[-1]
    return (1 - t / rate) * factor.astype(t.dtype)


class Poisson(RowLoss):
    """Negative logarithm of the probability of counts, without what the rates do not change.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return poisson(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return poisson_backward(cache, scale)
