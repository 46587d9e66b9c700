"""Huber's loss: squares for small errors, straight lines for large ones.

Derivation: docs/math/huber.md. Source: Huber 1964, "Robust estimation of a location parameter".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in
from minicnn.losses.base import RowLoss

__all__ = ["Huber", "huber", "huber_backward"]

Cache = tuple[np.ndarray, float]


def huber(y: np.ndarray, t: np.ndarray, *, delta: float = 1.0) -> tuple[np.ndarray, Cache]:
    """Return Huber's loss of every row, and the cache for its gradient.

        loss_i = (1/c) sum_j h(y_ij - t_ij)                   (huber.1)
        h(e) = e^2 / 2 if |e| <= delta, else delta |e| - delta^2 / 2    (huber.2)

    Parameters
    ----------
    y, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.
    delta : float
        Where the square ends.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : tuple
        For :func:`huber_backward`.
    """
    e = y - t
    inside = np.clip(e, -delta, delta)
    # The square up to delta, and delta times what is beyond it.
    h = 0.5 * np.square(inside) + delta * (np.abs(e) - np.abs(inside))
    return np.mean(h, axis=-1), (e, delta)


def huber_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `y`.

    dy_ij = a_i (1/c) min(max(y_ij - t_ij, -delta), delta)    (huber.3)
    """
    e, delta = cache
    factor = scale[..., None] / e.shape[-1]
    return np.clip(e, -delta, delta) * factor.astype(e.dtype)


class Huber(RowLoss):
    """Mean of Huber's function of the differences.

    Parameters
    ----------
    delta : float
        Where the square ends and the line begins, above 0.
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    def __init__(
        self,
        delta: float = 1.0,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        **fixed: Any,
    ) -> None:
        super().__init__(reduction=reduction, name=name, **fixed)
        self.delta = number_in("(0, inf)", delta, "Huber: delta")

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        t = self.targets(y_true, y_pred.shape)
        return huber(y_pred, t.astype(y_pred.dtype, copy=False), delta=self.delta)

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return huber_backward(cache, scale)
