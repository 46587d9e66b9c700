"""Cross-entropy of independent yes-or-no questions, one for each output.

A model that ends in a sigmoid is compared by its logits, which neither overflow nor saturate.
Derivation: docs/math/binary_crossentropy.md. Source: Bishop 2006, "Pattern recognition and machine
learning", equation 4.90.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in
from minicnn.layers.sigmoid import sigmoid
from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import clip, clipped

__all__ = ["BinaryCrossentropy", "binary_crossentropy", "binary_crossentropy_backward"]


class Cache(NamedTuple):
    """What the gradient needs."""

    y: np.ndarray  # (..., c) targets after smoothing
    u: np.ndarray  # (..., c) probabilities, or logits
    from_logits: bool


def binary_crossentropy(
    u: np.ndarray, t: np.ndarray, *, from_logits: bool = False, label_smoothing: float = 0.0
) -> tuple[np.ndarray, Cache]:
    """Return the cross-entropy of every row, and the cache for its gradient.

    With s = label_smoothing the targets become

        y_ij = (1 - s) t_ij + s / 2                           (binary_crossentropy.1)

    and the loss is, from probabilities u with q = clip(u, e, 1 - e), e = 1e-7

        loss_i = -(1/c) sum_j (y_ij log q_ij + (1 - y_ij) log(1 - q_ij))
                                                              (binary_crossentropy.2)

    and from logits x

        loss_i = (1/c) sum_j (max(x_ij, 0) - y_ij x_ij + log(1 + e^-|x_ij|))
                                                              (binary_crossentropy.3)

    Parameters
    ----------
    u, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.
    from_logits : bool
        Whether `u` holds logits.
    label_smoothing : float
        Between 0 and 1.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : Cache
        For :func:`binary_crossentropy_backward`.
    """
    y = t * (1.0 - label_smoothing) + 0.5 * label_smoothing if label_smoothing else t
    if from_logits:
        each = np.maximum(u, 0) - y * u + np.log1p(np.exp(-np.abs(u)))
    else:
        q = clip(u)
        each = -(y * np.log(q) + (1 - y) * np.log(1 - q))
    return np.mean(each, axis=-1), Cache(y, u, from_logits)


def binary_crossentropy_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `u`, with a_i the row's scale.

    du_ij = (a_i/c) (q_ij - y_ij) / (q_ij (1 - q_ij))  where e <= u_ij <= 1 - e, else 0
                                                          (binary_crossentropy.4)
    dx_ij = (a_i/c) (sigmoid(x_ij) - y_ij)                (binary_crossentropy.5)
    """
    y, u, from_logits = cache
    factor = (scale[..., None] / u.shape[-1]).astype(u.dtype)
    if from_logits:
        return factor * (sigmoid(u)[0] - y)
    q = clip(u)
    return np.where(clipped(u), u.dtype.type(0), factor * (q - y) / (q * (1 - q)))


class BinaryCrossentropy(RowLoss):
    """Cross-entropy for targets between 0 and 1, each output on its own.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities.
    label_smoothing : float
        How far targets move towards 1/2, between 0 and 1.
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = RowLoss.fixed_arguments | {"axis": (-1,)}
    logits_of: ClassVar[str] = "sigmoid"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(reduction=reduction, name=name, **fixed)
        self.from_logits = bool(from_logits)
        what = "BinaryCrossentropy: label_smoothing"
        self.label_smoothing = number_in("[0, 1]", label_smoothing, what)

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        return binary_crossentropy(
            y_pred,
            self.targets(y_true, y_pred.shape).astype(y_pred.dtype, copy=False),
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return binary_crossentropy_backward(cache, scale)

    def on_logits(self) -> BinaryCrossentropy | None:
        """Return the same loss for the logits of a sigmoid instead of its probabilities."""
        if type(self) is not BinaryCrossentropy:  # it may compute something else
            return None
        return BinaryCrossentropy.from_config(self.get_config() | {"from_logits": True})
