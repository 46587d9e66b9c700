"""Focal cross-entropy: samples that are already right count less.

Derivation: docs/math/categorical_focal_crossentropy.md. Source: Lin, Goyal, Girshick, He, Dollár
2017, "Focal loss for dense object detection", equation 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.intervals import number_in
from minicnn.layers.softmax import softmax, softmax_backward
from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import clip, clipped, one_hot_targets, smoothed

__all__ = [
    "CategoricalFocalCrossentropy",
    "categorical_focal_crossentropy",
    "categorical_focal_crossentropy_backward",
]


class Cache(NamedTuple):
    """What the gradient needs; arrays are (..., c) but for the sums."""

    y: np.ndarray  # targets after smoothing
    q: np.ndarray  # probabilities divided by their sum
    total: np.ndarray  # (..., 1) that sum
    alpha: np.ndarray  # () or (c,)
    gamma: float
    softmax: tuple | None  # its cache, from logits


def categorical_focal_crossentropy(
    u: np.ndarray,
    t: np.ndarray,
    *,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> tuple[np.ndarray, Cache]:
    """Return the focal loss of every row, and the cache for its gradient.

    With targets y of (softmax_crossentropy.4), q_ij = u_ij / sum_k u_ik and
    p = clip(q, e, 1 - e), e = 1e-7,

        loss_i = -sum_j alpha_j (1 - p_ij)^gamma y_ij log p_ij
                                                    (categorical_focal_crossentropy.1)

    Logits become probabilities by (softmax.1) first.

    Parameters
    ----------
    u, t : ndarray of one dtype, shape (..., c)
        Predictions and targets.
    alpha : float or sequence of c floats
        Weight of the loss, or of every class.
    gamma : float
        How fast the weight of a sample falls with its probability, 0 or more.
    from_logits, label_smoothing
        As in :class:`~minicnn.losses.CategoricalCrossentropy`.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : Cache
        For :func:`categorical_focal_crossentropy_backward`.
    """
    y, logits = smoothed(t, label_smoothing), None
    if from_logits:
        u, logits = softmax(u)
    total = np.sum(u, axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = u / total  # a row of zeros becomes NaN, as in Keras
    weights, p = np.asarray(alpha, u.dtype), clip(q)
    losses = -np.sum(weights * (1 - p) ** u.dtype.type(gamma) * y * np.log(p), axis=-1)
    return losses, Cache(y, q, total, weights, gamma, logits)


def categorical_focal_crossentropy_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative with respect to `u`, with a_i the row's scale.

        dq_ij = a_i alpha_j y_ij (1 - p_ij)^(gamma - 1) (gamma log p_ij - (1 - p_ij) / p_ij)
            where e <= q_ij <= 1 - e, else 0        (categorical_focal_crossentropy.2)

    From there it goes on as (softmax_crossentropy.6), and to logits as (softmax.2).
    """
    q, dtype = cache.q, cache.q.dtype.type
    p, gamma = clip(q), dtype(cache.gamma)
    weight = scale[..., None].astype(q.dtype) * cache.alpha * cache.y
    slope = weight * (1 - p) ** (gamma - dtype(1)) * (gamma * np.log(p) - (1 - p) / p)
    dq = np.where(clipped(q), dtype(0), slope)
    du = (dq - np.sum(dq * q, axis=-1, keepdims=True)) / cache.total
    return du if cache.softmax is None else softmax_backward(du, cache.softmax)


class CategoricalFocalCrossentropy(RowLoss):
    """Focal cross-entropy for one-hot targets.

    Parameters
    ----------
    alpha : float or sequence of float
        Weight of the loss, or of every class.
    gamma : float
        Exponent of the focus, 0 or more; 0 leaves the cross-entropy times `alpha`.
    from_logits, label_smoothing, reduction, name
        See :class:`~minicnn.losses.CategoricalCrossentropy`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = RowLoss.fixed_arguments | {"axis": (-1,)}

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(reduction=reduction, name=name, **fixed)
        what = "CategoricalFocalCrossentropy"
        several = isinstance(alpha, list | tuple | np.ndarray)
        numbers = [number_in("[0, inf)", a, f"{what}: alpha") for a in np.ravel(alpha).tolist()]
        self.alpha: float | list[float] = numbers if several else numbers[0]
        self.gamma = number_in("[0, inf)", gamma, f"{what}: gamma")
        self.from_logits = bool(from_logits)
        self.label_smoothing = number_in("[0, 1]", label_smoothing, f"{what}: label_smoothing")

    def targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
        if isinstance(self.alpha, list) and len(self.alpha) not in (1, shape[-1]):
            raise ValueError(
                f"CategoricalFocalCrossentropy: alpha has {len(self.alpha)} weights, y_pred has "
                f"{shape[-1]} classes."
            )
        return one_hot_targets("CategoricalFocalCrossentropy", y_true, shape)

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        return categorical_focal_crossentropy(
            y_pred,
            self.targets(y_true, y_pred.shape).astype(y_pred.dtype, copy=False),
            alpha=self.alpha,
            gamma=self.gamma,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return categorical_focal_crossentropy_backward(cache, scale)
