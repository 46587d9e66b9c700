"""Hand-written scores against scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.classification import confusion_matrix, precision_recall_f1

sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn, the oracle, is missing")


@st.composite
def labels(draw):
    """Classes, true and predicted labels; many draws leave a class without any sample."""
    classes = draw(st.integers(2, 8))
    pairs = draw(st.lists(st.tuples(*[st.integers(0, classes - 1)] * 2), min_size=1, max_size=60))
    return classes, *np.array(pairs).T


@given(labels())
def test_the_confusion_matrix_is_scikit_learns(case):
    classes, true, pred = case
    ours = confusion_matrix(true, pred, classes)
    assert ours.dtype == np.int64
    np.testing.assert_array_equal(ours, sklearn.confusion_matrix(true, pred, labels=range(classes)))


@given(labels())
def test_the_scores_are_scikit_learns(case):
    classes, true, pred = case
    ours = precision_recall_f1(confusion_matrix(true, pred, classes))
    theirs = sklearn.precision_recall_fscore_support(
        true, pred, labels=range(classes), zero_division=0
    )
    for own, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-14, atol=0)


def test_rows_are_true_and_columns_predicted():
    assert confusion_matrix([0, 0, 0, 1], [1, 1, 0, 1], 2).tolist() == [[1, 2], [0, 1]]


@pytest.mark.parametrize(
    ("true", "pred", "message"),
    [
        ([0, 7], [0, 0], r"y_true: labels must be integers from 0 to 6, got 7 at index 1"),
        ([0, 1], [0, -1], r"y_pred: labels must be integers from 0 to 6, got -1 at index 1"),
        ([0, 1], [0], r"one shape \(n,\), got \(2,\) and \(1,\)"),
        ([[0, 1]], [[0, 1]], r"one shape \(n,\), got \(1, 2\) and \(1, 2\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(true, pred, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(true, pred, 7)
