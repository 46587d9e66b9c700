"""Kullback-Leibler divergence: how far predicted probabilities are from target probabilities.

Derivation: docs/math/kl_divergence.md. Source: Kullback & Leibler 1951, "On information and
sufficiency".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import EPSILON

__all__ = ["KLDivergence", "kl_divergence", "kl_divergence_backward"]

Cache = tuple[np.ndarray, np.ndarray]


def kl_divergence(p: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Return the divergence of every row, and the cache for its gradient.

        t' = clip(t, e, 1),  p' = clip(p, e, 1),  e = 1e-7    (kl_divergence.1)
        loss_i = sum_j t'_ij log(t'_ij / p'_ij)               (kl_divergence.2)

    Parameters
    ----------
    p, t : ndarray of one dtype, shape (..., c)
        Predicted and target probabilities.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : tuple
        For :func:`kl_divergence_backward`.
    """
    low = p.dtype.type(EPSILON)
    t = np.clip(t, low, 1)
    return np.sum(t * np.log(t / np.clip(p, low, 1)), axis=-1), (p, t)


def kl_divergence_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `p`, with a_i the row's scale.

    dp_ij = -a_i t'_ij / p_ij  where e <= p_ij <= 1, else 0    (kl_divergence.3)
    """
    p, t = cache
    low = p.dtype.type(EPSILON)
    slope = -t / np.clip(p, low, 1) * scale[..., None].astype(p.dtype)
    return np.where((p < low) | (p > 1), p.dtype.type(0), slope)


class KLDivergence(RowLoss):
    """Kullback-Leibler divergence of probabilities.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return kl_divergence(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return kl_divergence_backward(cache, scale)
