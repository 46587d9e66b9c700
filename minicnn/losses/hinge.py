"""Hinge losses: the score of the right side or class must win by a margin of 1.

The last layer of a support vector machine. With the squared hinge instead of softmax Tang won the
FER2013 challenge. Derivation: docs/math/hinge.md. Sources: Cortes & Vapnik 1995, "Support-vector
networks"; Tang 2013, "Deep learning using linear support vector machines"; Crammer & Singer 2001,
"On the algorithmic implementation of multiclass kernel-based vector machines".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss

__all__ = [
    "CategoricalHinge",
    "Hinge",
    "SquaredHinge",
    "categorical_hinge",
    "categorical_hinge_backward",
    "hinge",
    "hinge_backward",
    "signs",
    "squared_hinge",
    "squared_hinge_backward",
]

Cache = tuple[np.ndarray, np.ndarray]


def signs(t: np.ndarray) -> np.ndarray:
    """Return targets as -1 and 1; Keras takes 0 and 1 for them if there is nothing else."""
    return 2 * t - 1 if np.isin(t, (0, 1)).all() else t


def hinge(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Return the hinge loss of every row, and the cache for its gradient.

        m_ij = 1 - t_ij y_ij                                  (hinge.1)
        loss_i = (1/c) sum_j max(m_ij, 0)                     (hinge.2)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Scores, and targets of -1 and 1.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : tuple
        For :func:`hinge_backward`.
    """
    missing = 1 - t * y
    return np.mean(np.maximum(missing, 0), axis=-1), (missing, t)


def hinge_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`, with a_i the row's scale.

    dy_ij = -a_i (1/c) t_ij [m_ij >= 0]                       (hinge.3)
    """
    missing, t = cache
    factor = scale[..., None] / t.shape[-1]
    # At the kink the slope of the left side counts, as in TensorFlow; NaN stays NaN.
    return -t * np.heaviside(missing, 1) * factor.astype(t.dtype)


def squared_hinge(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Return the squared hinge loss of every row, and the cache for its gradient.

    loss_i = (1/c) sum_j max(m_ij, 0)^2                       (hinge.4)
    """
    missing = np.maximum(1 - t * y, 0)
    return np.mean(np.square(missing), axis=-1), (missing, t)


def squared_hinge_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`.

    dy_ij = -a_i (2/c) t_ij max(m_ij, 0)                      (hinge.5)
    """
    missing, t = cache
    factor = scale[..., None] * 2.0 / t.shape[-1]
    return -t * missing * factor.astype(t.dtype)


def categorical_hinge(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, tuple]:
    """Return the multiclass hinge loss of every row, and the cache for its gradient.

        m_i = 1 + max_j (1 - t_ij) y_ij - sum_j t_ij y_ij     (hinge.6)
        loss_i = max(m_i, 0)                                  (hinge.7)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Scores, and one-hot targets.
    """
    others = (1 - t) * y
    best = others.max(axis=-1, keepdims=True)
    missing = 1 + best[..., 0] - np.sum(t * y, axis=-1)
    return np.maximum(missing, 0), (missing, others == best, t)


def categorical_hinge_backward(cache: tuple, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`: the best of the k largest others rises.

    dy_ij = a_i [m_i >= 0] ((1 - t_ij) [j is best] / k - t_ij)    (hinge.8)
    """
    missing, best, t = cache
    # Of equal scores each takes its share, as in TensorFlow.
    share = best.astype(t.dtype) / np.maximum(best.sum(axis=-1, keepdims=True), 1).astype(t.dtype)
    factor = np.heaviside(missing, 1) * scale
    return ((1 - t) * share - t) * factor[..., None].astype(t.dtype)


class Hinge(RowLoss):
    """Hinge loss of scores; targets are -1 and 1, or 0 and 1.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return hinge(y_pred, signs(t.astype(y_pred.dtype, copy=False)))

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return hinge_backward(cache, scale)


class SquaredHinge(RowLoss):
    """Squared hinge loss of scores; targets are -1 and 1, or 0 and 1.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return squared_hinge(y_pred, signs(t.astype(y_pred.dtype, copy=False)))

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return squared_hinge_backward(cache, scale)


class CategoricalHinge(RowLoss):
    """Hinge loss between the right class and the best of the others; targets are one-hot.

    Parameters
    ----------
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, tuple]:
        t = self.targets(y_true, y_pred.shape)
        return categorical_hinge(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: tuple, scale: np.ndarray) -> np.ndarray:
        return categorical_hinge_backward(cache, scale)
