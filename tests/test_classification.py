"""Hand-written scores against scikit-learn's."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.classification import (
    average_scores,
    bootstrap_interval,
    calibration_bins,
    confusion_matrix,
    expected_calibration_error,
    precision_recall_f1,
)

sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn, the oracle, is missing")
calibration_curve = pytest.importorskip("sklearn.calibration").calibration_curve


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
        ([0, 1], [0], r"the same shape \(n,\), got \(2,\) and \(1,\)"),
        ([[0, 1]], [[0, 1]], r"the same shape \(n,\), got \(1, 2\) and \(1, 2\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(true, pred, message):
    with pytest.raises(ValueError, match=message):
        confusion_matrix(true, pred, 7)


@given(labels())
def test_the_averages_are_scikit_learns(case):
    classes, true, pred = case
    scores = precision_recall_f1(confusion_matrix(true, pred, classes))
    for weighted, average in ((False, "macro"), (True, "weighted")):
        theirs = sklearn.precision_recall_fscore_support(
            true, pred, labels=range(classes), zero_division=0, average=average
        )
        ours = average_scores(scores, weighted=weighted)
        assert list(ours) == ["precision", "recall", "f1"]
        np.testing.assert_allclose([*ours.values()], theirs[:3], rtol=1e-12)


# -- the interval --


@pytest.mark.parametrize(("right", "n"), [(37, 50), (4880, 7178), (3, 200)])
def test_the_interval_is_what_repeated_drawing_comes_to(right, n):
    outcomes = np.arange(n) < right
    draw = np.random.default_rng(0)
    repeated = [draw.choice(outcomes, n).mean() for _ in range(4000)]
    low, high = bootstrap_interval(right, n)
    # A quantile of 4,000 repetitions is itself off by a few per cent of the interval.
    tolerance = 0.05 * (high - low) + 1 / n
    np.testing.assert_allclose([low, high], np.quantile(repeated, [0.025, 0.975]), atol=tolerance)


def test_the_interval_of_the_full_test_set_is_a_point_to_either_side():
    low, high = bootstrap_interval(round(0.6799 * 7178), 7178)
    assert high - low == pytest.approx(2 * 0.0108, abs=0.0003)
    assert (low + high) / 2 == pytest.approx(0.6799, abs=0.0003)


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.5, 0.999))
def test_the_ends_are_the_quantiles_by_their_definition(n, right, level):
    right = min(right, n)
    low, high = bootstrap_interval(right, n, level)
    p = right / n
    chances = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    at_most = np.cumsum(chances)
    for end, share in ((low, (1 - level) / 2), (high, (1 + level) / 2)):
        k = round(end * n)
        assert at_most[k] >= share - 1e-12
        assert k == 0 or at_most[k - 1] < share + 1e-12


def test_no_or_all_right_has_no_width():
    assert bootstrap_interval(0, 9) == (0, 0)
    assert bootstrap_interval(9, 9) == (1, 1)


# -- calibration --


@st.composite
def probabilities(draw):
    """Labels and probabilities; confidences of tenths and fifteenths lie on edges of bins."""
    n, classes = draw(st.integers(1, 60)), draw(st.integers(2, 5))
    seed = draw(st.integers(0, 999))
    rng = np.random.default_rng(seed)
    rows = rng.dirichlet(np.full(classes, 0.5), n)
    rows[::3] = np.eye(classes)[rng.integers(0, classes, len(rows[::3]))]
    return rng.integers(0, classes, n), rows


@given(probabilities(), st.sampled_from([1, 5, 10, 15]), st.sampled_from([np.float32, np.float64]))
def test_the_bins_are_scikit_learns(case, bins, dtype):
    true, rows = case[0], case[1].astype(dtype)
    ours = calibration_bins(true, rows, bins)
    right, sure = rows.argmax(axis=1) == true, rows.max(axis=1).clip(0, 1)
    accuracy, confidence = calibration_curve(right, sure, n_bins=bins)
    used = ours.support > 0
    np.testing.assert_allclose(ours.accuracy[used], accuracy, rtol=1e-12)
    np.testing.assert_allclose(ours.confidence[used], confidence, rtol=1e-6)
    assert (ours.accuracy[~used] == 0).all()
    assert ours.support.sum() == len(true)


@given(probabilities())
def test_the_calibration_error_is_the_mean_over_predictions(case):
    true, rows = case
    bins = calibration_bins(true, rows, 10)
    edges = [k / 10 for k in range(11)]
    error = 0.0
    for below, edge in itertools.pairwise(edges):
        inside = [i for i, row in enumerate(rows) if below < row.max() <= edge]
        right = sum(rows[i].argmax() == true[i] for i in inside)
        error += abs(right - sum(rows[i].max() for i in inside))
    assert expected_calibration_error(bins) == pytest.approx(error / len(true), abs=1e-12)


def test_a_confidence_on_an_edge_belongs_below_it():
    rows = np.array([[0.6, 0.4], [0.61, 0.39], [0.8, 0.2], [1.0, 0.0]])
    assert calibration_bins([0, 0, 0, 0], rows, 5).support.tolist() == [0, 0, 1, 2, 1]


def test_one_who_is_always_sure_is_off_by_how_often_he_is_wrong():
    rows = np.eye(2)[[0, 0, 0, 1]]
    assert expected_calibration_error(calibration_bins([0, 1, 0, 1], rows)) == 0.25


def test_labels_that_do_not_fit_the_probabilities_are_refused():
    rows = np.full((2, 3), 1 / 3)
    with pytest.raises(ValueError, match=r"y_true must have shape \(2,\), got \(3,\)"):
        calibration_bins([0, 1, 2], rows)
    with pytest.raises(ValueError, match="labels must be integers from 0 to 2, got 3"):
        calibration_bins([0, 3], rows)
