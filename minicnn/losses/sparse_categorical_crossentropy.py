"""Cross-entropy between integer labels and predicted classes.

From logits it is the categorical loss of the one-hot rows. From probabilities Keras does
something else than in the categorical loss: it clips, takes the logarithm and treats that as
logits, so that the softmax inside does the division by the row's sum.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from minicnn.kernels.softmax_crossentropy import (
    softmax_crossentropy,
    softmax_crossentropy_backward,
)
from minicnn.labels import check_labels, to_categorical
from minicnn.losses.base import RowLoss
from minicnn.losses.categorical_crossentropy import clip, clipped

__all__ = [
    "SparseCategoricalCrossentropy",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_backward",
]

_NAME = "SparseCategoricalCrossentropy"


class Cache(NamedTuple):
    """What the gradient needs: the axes before the classes are flattened into rows."""

    y: np.ndarray  # (rows, c) one-hot targets
    p: np.ndarray  # (rows, c) softmax of the logits
    u: np.ndarray | None  # (rows, c) the predictions; None from logits
    shape: tuple[int, ...]


def sparse_categorical_crossentropy(
    u: np.ndarray, labels: np.ndarray, *, from_logits: bool = False
) -> tuple[np.ndarray, Cache]:
    """Return the cross-entropy of every row, and the cache for its gradient.

    From logits x the rows' losses are (softmax_crossentropy.2) with one-hot y. Probabilities u
    become logits first:

        x_ij = log(clip(u_ij, e, 1 - e)),  e = 1e-7           (softmax_crossentropy.7)

    Parameters
    ----------
    u : ndarray, shape (..., c)
        Probabilities, or logits.
    labels : ndarray of integers, shape (...)
        From 0 to c - 1.
    from_logits : bool
        Whether `u` holds logits.

    Returns
    -------
    losses : ndarray, shape (...)
    cache : Cache
        For :func:`sparse_categorical_crossentropy_backward`.
    """
    shape, classes = u.shape, u.shape[-1]
    y = to_categorical(labels.reshape(-1), classes).astype(u.dtype, copy=False)
    u = u.reshape(-1, classes)
    losses, p = softmax_crossentropy(u if from_logits else np.log(clip(u)), y)
    return losses.reshape(shape[:-1]), Cache(y, p, None if from_logits else u, shape)


def sparse_categorical_crossentropy_backward(cache: Cache, scale: np.ndarray) -> np.ndarray:
    """Return the derivative of the loss with respect to the predictions.

    From logits it is dx of (softmax_crossentropy.3). From probabilities

        du_ij = dx_ij / u_ij  where e <= u_ij <= 1 - e, else 0    (softmax_crossentropy.8)
    """
    dx = softmax_crossentropy_backward(cache.p, cache.y, scale.reshape(-1))
    if cache.u is not None:
        dx = np.where(clipped(cache.u), cache.u.dtype.type(0), dx / clip(cache.u))
    return dx.reshape(cache.shape)


def _labels(y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
    """Labels of the rows of predictions of a shape."""
    labels, rows = np.asarray(y_true), shape[:-1]
    if labels.shape not in (rows, (*rows, 1)):
        raise ValueError(
            f"{_NAME}: y_true must hold one label per row, shape {rows}, got {labels.shape}."
        )
    return check_labels(labels.reshape(rows), shape[-1], _NAME)


class SparseCategoricalCrossentropy(RowLoss):
    """Cross-entropy for integer labels.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits rather than probabilities.
    reduction, name
        See :class:`~minicnn.losses.base.Loss`.
    """

    fixed_arguments: ClassVar[dict[str, tuple]] = RowLoss.fixed_arguments | {
        "axis": (-1,),
        "ignore_class": (None,),
    }

    def __init__(
        self,
        from_logits: bool = False,
        *,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        **fixed: Any,
    ) -> None:
        super().__init__(reduction=reduction, name=name, **fixed)
        self.from_logits = bool(from_logits)

    def targets(self, y_true: ArrayLike, shape: tuple[int, ...]) -> np.ndarray:
        """Return a label of a class for each row, or raise ValueError."""
        return _labels(y_true, shape)

    def rows(self, y_true: ArrayLike, y_pred: np.ndarray) -> tuple[np.ndarray, Cache]:
        labels = self.targets(y_true, y_pred.shape)
        return sparse_categorical_crossentropy(y_pred, labels, from_logits=self.from_logits)

    def rows_backward(self, cache: Cache, scale: np.ndarray) -> np.ndarray:
        return sparse_categorical_crossentropy_backward(cache, scale)

    def on_logits(self) -> SparseCategoricalCrossentropy | None:
        """Return the same loss for the logits of a softmax instead of its probabilities."""
        if type(self) is not SparseCategoricalCrossentropy:  # it may compute something else
            return None
        return SparseCategoricalCrossentropy.from_config(self.get_config() | {"from_logits": True})
