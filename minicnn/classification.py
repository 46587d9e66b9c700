"""How good a classifier is: what it took for what, scores of its classes, how sure it may be.

Derivation: docs/math/classification.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import bdtr

from minicnn.labels import check_labels

__all__ = [
    "CalibrationBins",
    "ClassScores",
    "average_scores",
    "bootstrap_interval",
    "calibration_bins",
    "confusion_matrix",
    "expected_calibration_error",
    "precision_recall_f1",
]


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
            "confusion_matrix: y_true and y_pred must have the same shape (n,), "
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
    r"""Score every class of a confusion matrix C, rows true, columns predicted.

    Precision: of those called k, how many are. Recall: of those that are k, how many are called
    so. F1: the harmonic mean of the two.

    .. math:: P_k = \frac{C_{kk}}{\sum_i C_{ik}}, \quad R_k = \frac{C_{kk}}{\sum_j C_{kj}}
              \tag{classification.1}
    .. math:: F_k = \frac{2 C_{kk}}{\sum_i C_{ik} + \sum_j C_{kj}} \tag{classification.2}

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


def average_scores(scores: ClassScores, *, weighted: bool) -> dict[str, float]:
    r"""Average precision, recall and F1 over the classes.

    .. math:: \bar S = \sum_k w_k S_k, \quad w_k = \frac{1}{K} \text{ (macro)} \quad \text{or}
              \quad w_k = \frac{n_k}{n} \text{ (weighted)} \tag{classification.3}

    Parameters
    ----------
    scores : ClassScores
    weighted : bool
        Whether a class counts by its samples, n_k of n, or each of the K classes the same.

    Returns
    -------
    dict of str to float
        "precision", "recall" and "f1".
    """
    weights = scores.support / scores.support.sum() if weighted else 1 / len(scores.support)
    names = ("precision", "recall", "f1")
    return {name: float(np.sum(weights * getattr(scores, name))) for name in names}


def bootstrap_interval(right: int, n: int, level: float = 0.95) -> tuple[float, float]:
    r"""Interval for an accuracy, by the bootstrap: what other test images would have given.

    The bootstrap draws n of the n outcomes with replacement, again and again. Each draw is right
    with probability `right` / n, so the number of right ones is binomial, and its quantiles are
    what infinitely many repetitions would come to:

    .. math:: \left[ \tfrac1n B_{(1 - q) / 2}, \; \tfrac1n B_{(1 + q) / 2} \right], \quad
              B_\alpha = \min \{ k : \Pr(\mathrm{Bin}(n, \hat p) \le k) \ge \alpha \}
              \tag{classification.4}

    Parameters
    ----------
    right, n : int
        How many of n predictions are right.
    level : float
        q: how often such an interval is to contain what is looked for.

    Returns
    -------
    low, high : float

    References
    ----------
    B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, sections 6.1 and 13.3.
    """
    at_most = bdtr(np.arange(n + 1), n, right / n)
    low, high = np.searchsorted(at_most, [(1 - level) / 2, (1 + level) / 2])
    return float(low / n), float(high / n)


class CalibrationBins(NamedTuple):
    """Predictions sorted by how sure they are.

    Attributes
    ----------
    support : ndarray of int64, shape (bins,)
        Predictions in the bin.
    accuracy, confidence : ndarray of float64, shape (bins,)
        Share of them that is right, and the mean of their largest probabilities; 0 where there
        are none.
    """

    support: np.ndarray
    accuracy: np.ndarray
    confidence: np.ndarray


def calibration_bins(y_true: Any, probabilities: np.ndarray, bins: int = 15) -> CalibrationBins:
    r"""Compare how sure predictions are with how often they are right.

    .. math:: B_m = \{ i : \tfrac{m - 1}{M} < \max_k p_{ik} \le \tfrac{m}{M} \}, \quad
              m = 1, \ldots, M \tag{classification.5}

    Parameters
    ----------
    y_true : array_like of integers, shape (n,)
        Labels.
    probabilities : ndarray, shape (n, classes)
    bins : int
        M; 15 as in the paper.

    Returns
    -------
    CalibrationBins

    Raises
    ------
    ValueError
        If a label is out of range or there is not one for each row.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML
    2017, section 2.
    """
    true = check_labels(y_true, probabilities.shape[1], "calibration_bins: y_true")
    if true.shape != probabilities.shape[:1]:
        raise ValueError(
            f"calibration_bins: y_true must have shape ({len(probabilities)},), got {true.shape}."
        )
    confidence = probabilities.max(axis=1).astype(np.float64)
    # An edge itself belongs to the bin below it.
    place = np.searchsorted(np.arange(1, bins) / bins, confidence, side="left")
    count = np.bincount(place, minlength=bins)
    right = np.bincount(place, weights=probabilities.argmax(axis=1) == true, minlength=bins)
    sure = np.bincount(place, weights=confidence, minlength=bins)
    return CalibrationBins(count, _quotient(right, count), _quotient(sure, count))


def expected_calibration_error(bins: CalibrationBins) -> float:
    r"""Average how far confidence and accuracy lie apart, each bin by its number of predictions.

    .. math:: \mathrm{ECE} = \sum_m \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m)
              \right| \tag{classification.6}

    Returns
    -------
    float
        From 0, "right as often as it says", to 1.
    """
    gaps = np.abs(bins.accuracy - bins.confidence)
    return float(np.sum(bins.support * gaps) / bins.support.sum())


def _quotient(numerator: np.ndarray, divisor: np.ndarray) -> np.ndarray:
    # Where the divisor is 0 so is the numerator: 0 / 1.
    return numerator / np.maximum(divisor, 1)
