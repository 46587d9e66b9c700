"""How well classes are told apart: counts of what was taken for what, and scores from them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minicnn.labels import check_labels

__all__ = ["ClassScores", "confusion_matrix", "precision_recall_f1"]


def confusion_matrix(y_true: Any, y_pred: Any, classes: int) -> np.ndarray:
    """Count how often a sample of class i is predicted as class j.

    Parameters
    ----------
    y_true, y_pred : array_like of integers, shape (n,)
        Labels from 0 to `classes` - 1.
    classes : int
        Number of classes.

    Returns
    -------
    ndarray of int64, shape (classes, classes)
        A row for each true class, a column for each predicted one.

    Raises
    ------
    ValueError
        If a label is out of range or the shapes are not (n,) and equal.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2)
    array([[1, 1],
           [0, 1]])
    """
    true = check_labels(y_true, classes, "confusion_matrix: y_true")
    pred = check_labels(y_pred, classes, "confusion_matrix: y_pred")
    if true.ndim != 1 or true.shape != pred.shape:
        raise ValueError(
            "confusion_matrix: y_true and y_pred must have one shape (n,), "
            f"got {true.shape} and {pred.shape}."
        )
    counts = np.bincount(true * classes + pred, minlength=classes * classes)
    return counts.reshape(classes, classes)


class ClassScores(NamedTuple):
    """Scores of every class.

    Attributes
    ----------
    precision, recall, f1 : ndarray of float64, shape (classes,)
        From 0 to 1.
    support : ndarray of int64, shape (classes,)
        Samples of the class.
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


def precision_recall_f1(confusion: np.ndarray) -> ClassScores:
    """Score every class of a confusion matrix C, rows true, columns predicted.

        precision_k = C_kk / sum_i C_ik     of those called k, how many are
        recall_k    = C_kk / sum_j C_kj     of those that are k, how many are called so
        f1_k        = 2 C_kk / (sum_i C_ik + sum_j C_kj), their harmonic mean

    A quotient without any sample in its divisor counts as 0.

    Parameters
    ----------
    confusion : ndarray of integers, shape (classes, classes)
        From :func:`confusion_matrix`.

    Returns
    -------
    ClassScores

    References
    ----------
    C. J. van Rijsbergen, "Information Retrieval", 2nd ed., 1979, chapter 7.
    """
    right = np.diagonal(confusion)
    called, support = confusion.sum(axis=0), confusion.sum(axis=1)
    return ClassScores(
        precision=_quotient(right, called),
        recall=_quotient(right, support),
        f1=_quotient(2 * right, called + support),
        support=support,
    )


def _quotient(numerator: np.ndarray, divisor: np.ndarray) -> np.ndarray:
    # Where the divisor is 0 so is the numerator: 0 / 1.
    return numerator / np.maximum(divisor, 1)
