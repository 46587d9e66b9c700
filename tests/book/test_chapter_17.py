"""The formulas of chapter 17: scores and how sure they are."""

import numpy as np
import sympy as sp
from sklearn.metrics import precision_recall_fscore_support
from tags import holds

from minicnn.classification import calibration_bins, expected_calibration_error

RNG = np.random.default_rng(0)
TRUE, PREDICTED = RNG.integers(0, 4, 300), RNG.integers(0, 4, 300)
C = np.zeros((4, 4))
np.add.at(C, (TRUE, PREDICTED), 1)
PRECISION, RECALL, F1, SUPPORT = precision_recall_fscore_support(TRUE, PREDICTED)


@holds("17.1", r"P_k = \frac{C_{kk}}{\sum_i C_{ik}}, \quad R_k = \frac{C_{kk}}{\sum_j C_{kj}}")
def test_precision_and_recall_are_scikit_learns():
    assert np.allclose([C[k, k] / C[:, k].sum() for k in range(4)], PRECISION)
    assert np.allclose([C[k, k] / C[k].sum() for k in range(4)], RECALL)


@holds(
    "17.2",
    r"F_k = \frac{2}{\frac{1}{P_k} + \frac{1}{R_k}}"
    r" = \frac{2 C_{kk}}{\sum_i C_{ik} + \sum_j C_{kj}}",
)
def test_f1():
    right, called, are = sp.symbols("right called are", positive=True)
    harmonic = 2 / (1 / (right / called) + 1 / (right / are))
    assert sp.simplify(harmonic - 2 * right / (called + are)) == 0
    assert np.allclose([2 * C[k, k] / (C[:, k].sum() + C[k].sum()) for k in range(4)], F1)


@holds("17.3", r"\sum_k \frac{n_k}{n} R_k = \frac{1}{n} \sum_k C_{kk} = a")
def test_accuracy_is_the_weighted_recall():
    assert np.isclose(np.sum(SUPPORT / 300 * RECALL), np.mean(TRUE == PREDICTED))
    assert np.isclose(np.trace(C) / 300, np.mean(TRUE == PREDICTED))


@holds("17.4", r"a \pm 1.96 \sqrt{\frac{a (1 - a)}{n}}")
def test_the_interval_holds_19_of_20():
    found = RNG.binomial(1000, 0.7, 40000) / 1000
    half = 1.96 * np.sqrt(found * (1 - found) / 1000)
    # Four standard deviations of a share of 40,000 are 0.0044; the normal curve is off by less.
    assert abs(np.mean(abs(found - 0.7) <= half) - 0.95) < 0.006


@holds(
    "17.5",
    r"\text{sd} = \frac{1}{\sqrt{n}} \sqrt{\frac{b + c}{n} - \Big( \frac{c - b}{n} \Big)^2}",
)
def test_the_deviation_of_a_difference():
    n, b, c = 1000, 40, 60
    gains = np.array([-1] * b + [1] * c + [0] * (n - b - c))
    formula = np.sqrt((b + c) / n - ((c - b) / n) ** 2) / np.sqrt(n)
    assert np.isclose(gains.std() / np.sqrt(n), formula)
    drawn = RNG.multinomial(n, [b / n, c / n, 1 - (b + c) / n], size=20000)
    assert abs(np.std((drawn[:, 1] - drawn[:, 0]) / n) / formula - 1) < 0.03


@holds(
    "17.6",
    r"\text{ECE} = \sum_m \frac{|B_m|}{n} \big| \text{acc}(B_m) - \text{conf}(B_m) \big|",
)
def test_the_calibration_error():
    probabilities = RNG.dirichlet(np.ones(4), 300)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == TRUE
    total = 0.0
    for m in range(1, 16):
        inside = ((m - 1) / 15 < confidence) & (confidence <= m / 15)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert np.isclose(expected_calibration_error(calibration_bins(TRUE, probabilities)), total)


@holds("17.7", r"E \big( \max_t a_t \big) \ge \max_t E(a_t)")
def test_the_best_of_many_is_too_good():
    # Two epochs, each right or wrong on one image: all four outcomes.
    p, q = sp.symbols("p q", positive=True)
    best = 1 - (1 - p) * (1 - q)
    for truth in (p, q):
        other = q if truth is p else p
        assert sp.factor(best - truth) == sp.factor(other * (1 - truth))  # never negative
