"""Cosine similarity: how far two rows point in the same direction, whatever their lengths.

Derivation: docs/math/cosine_similarity.md. Source: Salton & McGill 1983, "Introduction to modern
information retrieval".
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import EPSILON

__all__ = ["CosineSimilarity", "cosine_similarity", "cosine_similarity_backward"]

Cache = tuple[np.ndarray, np.ndarray, np.ndarray]


def cosine_similarity(y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Return minus the cosine of the angle between each row and its target.

        u_i = y_i / max(|y_i|, e),  v_i = t_i / max(|t_i|, e),  e = 1e-7    (cosine_similarity.1)
        loss_i = -sum_j u_ij v_ij                             (cosine_similarity.2)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : tuple
        For :func:`cosine_similarity_backward`.
    """
    length = _length(y)
    u, v = y / length, t / _length(t)
    return -np.sum(u * v, axis=-1), (u, v, length)


def _length(x: np.ndarray) -> np.ndarray:
    """Return the length of each row, at least e, shape (..., 1)."""
    return np.maximum(np.sqrt(np.sum(x * x, axis=-1, keepdims=True)), x.dtype.type(EPSILON))


def cosine_similarity_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`, with a_i the row's scale.

    dy_i = -a_i (v_i - u_i (u_i . v_i)) / |y_i|               (cosine_similarity.3)
    """
    u, v, length = cache
    # A row shorter than e is divided by a constant, which has no share in the derivative.
    along = np.where(length > EPSILON, np.sum(u * v, axis=-1, keepdims=True), 0).astype(u.dtype)
    return (u * along - v) / length * scale[..., None].astype(u.dtype)


class CosineSimilarity(RowLoss):
    """Minus the cosine similarity: -1 for rows of one direction, 1 for opposite ones.

    Parameters
    ----------
    axis : {-1}
        Keras's; rows are along the last axis.
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = RowLoss.fixed_arguments | {"axis": (-1,)}

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(axis=axis, **kwargs)

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return cosine_similarity(y_pred, t.astype(y_pred.dtype, copy=False))

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return cosine_similarity_backward(cache, scale)
