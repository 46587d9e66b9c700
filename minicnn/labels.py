"""Class labels: integers, and the one-hot rows that stand for them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["check_labels", "to_categorical"]


def check_labels(labels: Any, classes: int | None, where: str) -> np.ndarray:
    """Return `labels` as int64 after a look at every one.

    Parameters
    ----------
    labels : array_like
        Whole numbers from 0 to ``classes - 1``, of any dtype and shape.
    classes : int or None
        Number of classes; None if it is not known yet.
    where : str
        Who asks, for the message.

    Raises
    ------
    ValueError
        If one of them is not a whole number or out of range; the message names the first.
    """
    given = np.asarray(labels)
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{where}: labels must be integers, got dtype {given.dtype}.")
    valid = (given >= 0) & (given == np.floor(given))
    if classes is not None:
        valid &= given < classes
    if not valid.all():
        place = np.unravel_index(int(np.argmin(valid)), given.shape)
        at = ", ".join(str(int(index)) for index in place)
        until = "on" if classes is None else f"to {classes - 1}"
        raise ValueError(
            f"{where}: labels must be integers from 0 {until}, "
            f"got {given[place]} at index {at or 0}."
        )
    return given.astype(np.int64)


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Turn integer labels into one-hot rows.

    Parameters
    ----------
    x : array_like of integers, shape (...) or (..., 1)
        Labels from 0 to ``num_classes - 1``.
    num_classes : int, optional
        Number of classes; the largest label plus one if not given.

    Returns
    -------
    ndarray of float32, shape (..., num_classes)

    Raises
    ------
    ValueError
        If a label is not an integer or out of range, or if there is no label to count
        classes by.

    Examples
    --------
    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    labels = np.asarray(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if num_classes is None:
        if labels.size == 0:
            raise ValueError(
                "to_categorical: without labels the number of classes is unknown; pass num_classes."
            )
        labels = check_labels(labels, None, "to_categorical")
        num_classes = int(labels.max()) + 1
    labels = check_labels(labels, num_classes, "to_categorical")
    return (labels[..., None] == np.arange(num_classes)).astype(np.float32)
