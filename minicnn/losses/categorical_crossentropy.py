"""Cross-entropy between one-hot (or soft) targets and predicted classes.

From logits, softmax and cross-entropy are computed in one step. From probabilities, Keras
first makes rows sum to one and clips them away from 0 and 1; this loss does the same, and its
gradient goes through both. The clipped loss never exceeds -log(1e-7) = 16.118.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in
from minicnn.kernels.softmax_crossentropy import (
    softmax_crossentropy,
    softmax_crossentropy_backward,
)
from minicnn.losses.base import RowLoss

__all__ = [
    "EPSILON",
    "CategoricalCrossentropy",
    "categorical_crossentropy",
    "categorical_crossentropy_backward",
    "clip",
    "clipped",
    "one_hot_targets",
    "smoothed",
]

#: Keras's distance from 0 and 1 at which probabilities are clipped.
EPSILON = 1e-7

_NAME = "CategoricalCrossentropy"


class Cache(NamedTuple):
    """What the gradient needs; all axes but the classes are flattened into rows."""

    y: np.ndarray  # (rows, c) targets after smoothing
    p: np.ndarray  # (rows, c) softmax of the logits, or the probabilities divided by their sum
    total: np.ndarray | None  # (rows, 1) that sum; None from logits
    shape: tuple[int, ...]


def categorical_crossentropy(
    u: np.ndarray, t: np.ndarray, *, from_logits: bool = False, label_smoothing: float = 0.0
) -> tuple[np.ndarray, Cache]:
    """Return the cross-entropy of every row, and the cache for its gradient.

    With s = label_smoothing the targets become

        y_ij = (1 - s) t_ij + s / c                           (softmax_crossentropy.4)

    From logits the rows' losses are (softmax_crossentropy.2); from probabilities u

        q_ij   = u_ij / sum_k u_ik
        loss_i = -sum_j y_ij log(clip(q_ij, e, 1 - e)),  e = 1e-7    (softmax_crossentropy.5)

    Parameters
    ----------
    u, t : ndarray of one dtype, shape (..., c)
        Probabilities or logits, and target probabilities, usually one-hot.
    from_logits : bool
        Whether `u` holds logits.
    label_smoothing : float
        Between 0 and 1.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : Cache
        For :func:`categorical_crossentropy_backward`.
    """
    shape = u.shape
    y = smoothed(t, label_smoothing).reshape(-1, shape[-1])
    u = u.reshape(-1, shape[-1])
    if from_logits:
        losses, p = softmax_crossentropy(u, y)
        total = None
    else:
        total = np.sum(u, axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            p = u / total  # a row of zeros becomes NaN, as in Keras
        losses = -np.sum(y * np.log(clip(p)), axis=1)
    return losses.reshape(shape[:-1]), Cache(y, p, total, shape)


def categorical_crossentropy_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative of the loss with respect to the predictions.

    From logits it is (softmax_crossentropy.3). From probabilities, with a_i the row's scale

        dq_ij = -a_i y_ij / q_ij  where e <= q_ij <= 1 - e, else 0
        du_ij = (dq_ij - sum_k dq_ik q_ik) / sum_k u_ik       (softmax_crossentropy.6)
    """
    scale = scale.reshape(-1)
    if cache.total is None:
        dx = softmax_crossentropy_backward(cache.p, cache.y, scale)
        return dx.reshape(cache.shape)
    q = cache.p
    dq = np.where(clipped(q), q.dtype.type(0), -scale[:, None].astype(q.dtype) * cache.y / clip(q))
    du = (dq - np.sum(dq * q, axis=1, keepdims=True)) / cache.total
    return du.reshape(cache.shape)


def smoothed(t: np.ndarray, label_smoothing: float) -> np.ndarray:
    """Return targets of (softmax_crossentropy.4), the given array if there is no smoothing."""
    if not label_smoothing:
        return t
    as_dtype = t.dtype.type
    return t * as_dtype(1 - label_smoothing) + as_dtype(label_smoothing / t.shape[-1])


def clip(q: np.ndarray) -> np.ndarray:
    """Return probabilities kept away from 0 and 1 by :data:`EPSILON`, in their own dtype."""
    return np.clip(q, q.dtype.type(EPSILON), q.dtype.type(1 - EPSILON))


def clipped(q: np.ndarray) -> np.ndarray:
    """Return where :func:`clip` is constant: outside its bounds, not at them."""
    return (q < q.dtype.type(EPSILON)) | (q > q.dtype.type(1 - EPSILON))


def one_hot_targets(where: str, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Return targets of the predictions' shape; the messages know labels that are not one-hot."""
    y = np.asarray(y_true)
    if y.shape == shape:
        return y
    if y.shape in (shape[:-1], (*shape[:-1], 1)):
        raise ValueError(
            f"{where}: y_true of shape {y.shape} looks like integer labels; make it one-hot "
            f"with to_categorical, or use SparseCategoricalCrossentropy."
        )
    if y.shape[:-1] == shape[:-1]:
        raise ValueError(
            f"{where}: y_true has {y.shape[-1]} classes on its last axis, y_pred has {shape[-1]}."
        )
    raise ValueError(f"{where}: y_true has shape {y.shape}, y_pred {shape}.")


class CategoricalCrossentropy(RowLoss):
    """Cross-entropy for one-hot targets.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities.
    label_smoothing : float
        Share of every target that is spread evenly over all classes, between 0 and 1.
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = RowLoss.fixed_arguments | {"axis": (-1,)}

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
        self.label_smoothing = number_in("[0, 1]", label_smoothing, f"{_NAME}: label_smoothing")

    def targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
        return one_hot_targets(_NAME, y_true, shape)

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        return categorical_crossentropy(
            y_pred,
            self.targets(y_true, y_pred.shape).astype(y_pred.dtype, copy=False),
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return categorical_crossentropy_backward(cache, scale)

    def on_logits(self) -> CategoricalCrossentropy | None:
        """Return the same loss for the logits of a softmax instead of its probabilities."""
        if type(self) is not CategoricalCrossentropy:  # it may compute something else
            return None
        return CategoricalCrossentropy.from_config(self.get_config() | {"from_logits": True})
