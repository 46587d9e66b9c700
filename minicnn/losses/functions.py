"""Keras's functions: the loss of every row, without a mean, weights or a derivative.

>>> mean_absolute_error([[0.0, 2.0]], [[1.0, 4.0]])
array([1.5], dtype=float32)

The functions with a derivative are in the file of each loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from minicnn.losses.base import RowLoss
from minicnn.losses.binary_crossentropy import BinaryCrossentropy
from minicnn.losses.categorical_crossentropy import CategoricalCrossentropy
from minicnn.losses.categorical_focal_crossentropy import CategoricalFocalCrossentropy
from minicnn.losses.cosine_similarity import CosineSimilarity
from minicnn.losses.hinge import CategoricalHinge, Hinge, SquaredHinge
from minicnn.losses.huber import Huber
from minicnn.losses.kl_divergence import KLDivergence
from minicnn.losses.log_cosh import LogCosh
from minicnn.losses.mean_absolute_error import MeanAbsoluteError
from minicnn.losses.mean_squared_error import MeanSquaredError
from minicnn.losses.poisson import Poisson
from minicnn.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy

__all__ = [
    "FUNCTIONS",
    "as_predictions",
    "binary_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_squared_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]


def binary_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> np.ndarray:
    """Return (binary_crossentropy.2) of every row."""
    return _values(BinaryCrossentropy(from_logits, label_smoothing, axis=axis), y_true, y_pred)


def categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> np.ndarray:
    """Return (softmax_crossentropy.5) of every row."""
    return _values(CategoricalCrossentropy(from_logits, label_smoothing, axis=axis), y_true, y_pred)


def categorical_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> np.ndarray:
    """Return (categorical_focal_crossentropy.1) of every row."""
    loss = CategoricalFocalCrossentropy(alpha, gamma, from_logits, label_smoothing, axis=axis)
    return _values(loss, y_true, y_pred)


def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    ignore_class: None = None,
    axis: int = -1,
) -> np.ndarray:
    """Return the cross-entropy of every row for integer labels, from (softmax_crossentropy.7)."""
    loss = SparseCategoricalCrossentropy(from_logits, ignore_class=ignore_class, axis=axis)
    return _values(loss, y_true, y_pred)


def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (kl_divergence.2) of every row."""
    return _values(KLDivergence(), y_true, y_pred)


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (mean_squared_error.1) of every row."""
    return _values(MeanSquaredError(), y_true, y_pred)


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (mean_absolute_error.1) of every row."""
    return _values(MeanAbsoluteError(), y_true, y_pred)


def huber(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> np.ndarray:
    """Return (huber.1) of every row."""
    return _values(Huber(delta), y_true, y_pred)


def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (hinge.7) of every row."""
    return _values(CategoricalHinge(), y_true, y_pred)


def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> np.ndarray:
    """Return (cosine_similarity.2) of every row."""
    return _values(CosineSimilarity(axis), y_true, y_pred)


def hinge(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (hinge.2) of every row."""
    return _values(Hinge(), y_true, y_pred)


def log_cosh(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (log_cosh.1) of every row."""
    return _values(LogCosh(), y_true, y_pred)


def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (poisson.1) of every row."""
    return _values(Poisson(), y_true, y_pred)


def squared_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    """Return (hinge.4) of every row."""
    return _values(SquaredHinge(), y_true, y_pred)


def _values(loss: RowLoss, y_true: ArrayLike, y_pred: ArrayLike) -> np.ndarray:
    return loss.values(y_true, as_predictions(y_pred))


def as_predictions(y_pred: ArrayLike) -> np.ndarray:
    """Return predictions as an array of floats: float32, as in Keras, if they are none."""
    array = y_pred if isinstance(y_pred, np.ndarray) else np.asarray(y_pred, np.float32)
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)


#: The loss that each function stands for in ``compile``.
FUNCTIONS: dict[Callable, type[RowLoss]] = {
    binary_crossentropy: BinaryCrossentropy,
    categorical_crossentropy: CategoricalCrossentropy,
    categorical_focal_crossentropy: CategoricalFocalCrossentropy,
    categorical_hinge: CategoricalHinge,
    cosine_similarity: CosineSimilarity,
    hinge: Hinge,
    huber: Huber,
    kl_divergence: KLDivergence,
    log_cosh: LogCosh,
    mean_absolute_error: MeanAbsoluteError,
    mean_squared_error: MeanSquaredError,
    poisson: Poisson,
    sparse_categorical_crossentropy: SparseCategoricalCrossentropy,
    squared_hinge: SquaredHinge,
}
