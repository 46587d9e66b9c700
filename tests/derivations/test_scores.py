"""The formulas of scores and metrics, counted one sample at a time."""

import numpy as np
from scipy.integrate import quad
from scipy.stats import binom
from tags import holds

from minicnn import classification
from minicnn.metrics.auc import area_between, precision_recall_area
from minicnn.metrics.confusion import Precision, Recall, confusion_counts
from minicnn.metrics.f_score import FBetaScore

RNG = np.random.default_rng(0)
K, N = 3, 60
TRUE, CALLED = RNG.integers(0, K, N), RNG.integers(0, K, N)
C = np.array([[sum((i == TRUE) & (j == CALLED)) for j in range(K)] for i in range(K)])
SCORES = classification.precision_recall_f1(C)


@holds(
    "classification.1",
    r"P_k = \frac{C_{kk}}{\sum_i C_{ik}}, \qquad R_k = \frac{C_{kk}}{\sum_j C_{kj}}",
)
def test_precision_and_recall():
    for k in range(K):
        precision = np.mean(TRUE[k == CALLED] == k)  # of those called k, how many are
        recall = np.mean(CALLED[k == TRUE] == k)
        assert np.isclose(C[k, k] / C[:, k].sum(), precision)
        assert np.isclose(C[k, k] / C[k].sum(), recall)
        assert np.allclose([SCORES.precision[k], SCORES.recall[k]], [precision, recall])


@holds("classification.2", r"F_k = \frac{2 C_{kk}}{\sum_i C_{ik} + \sum_j C_{kj}}")
def test_harmonic_mean():
    for k in range(K):
        ours = 2 * C[k, k] / (C[:, k].sum() + C[k].sum())
        assert np.isclose(ours, 2 / (1 / SCORES.precision[k] + 1 / SCORES.recall[k]))
        assert np.isclose(SCORES.f1[k], ours)


@holds(
    "classification.3",
    r"\bar S = \sum_k w_k S_k, \qquad w_k = \frac{1}{K} \text{ (macro)} \quad \text{or} \quad"
    r" w_k = \frac{n_k}{n} \text{ (weighted)}",
)
def test_averages():
    for weighted in (False, True):
        w = [sum(k == TRUE) / N if weighted else 1 / K for k in range(K)]
        ours = sum(w[k] * SCORES.f1[k] for k in range(K))
        assert np.isclose(classification.average_scores(SCORES, weighted=weighted)["f1"], ours)


@holds(
    "classification.4",
    r"\left[ \tfrac1n B_{(1 - q) / 2}, \quad \tfrac1n B_{(1 + q) / 2} \right], \qquad B_\alpha ="
    r" \min \lbrace k : \Pr(\mathrm{Bin}(n, \hat p) \le k) \ge \alpha \rbrace",
)
def test_bootstrap():
    n, right, q = 80, 55, 0.9
    ends = [
        min(k for k in range(n + 1) if binom.cdf(k, n, right / n) >= alpha) / n
        for alpha in ((1 - q) / 2, (1 + q) / 2)
    ]
    assert np.allclose(classification.bootstrap_interval(right, n, q), ends)
    # The bootstrap itself, drawn.
    outcomes = np.repeat([1.0, 0.0], [right, n - right])
    drawn = RNG.choice(outcomes, (20_000, n)).mean(axis=1)
    assert np.allclose(np.quantile(drawn, [(1 - q) / 2, (1 + q) / 2]), ends, atol=1.01 / n)


P = RNG.dirichlet(np.ones(K), 200)
LABELS = RNG.integers(0, K, 200)
BINS = 5


def members(m):
    """B_m."""
    return [i for i in range(200) if (m - 1) / BINS < max(P[i]) <= m / BINS]


@holds(
    "classification.5",
    r"B_m = \left\lbrace i : \tfrac{m - 1}{M} \lt \max_k p_{ik} \le \tfrac{m}{M} \right\rbrace,"
    r" \qquad m = 1, \ldots, M",
)
def test_bins():
    support = classification.calibration_bins(LABELS, P, BINS).support
    assert support.tolist() == [len(members(m)) for m in range(1, BINS + 1)]
    assert support.sum() == 200


@holds(
    "classification.6",
    r"\mathrm{ECE} = \sum_m \frac{|B_m|}{n} \left| \mathrm{acc}(B_m) - \mathrm{conf}(B_m) \right|",
)
def test_calibration_error():
    ours = 0.0
    for m in range(1, BINS + 1):
        if inside := members(m):
            accuracy = np.mean(P[inside].argmax(axis=1) == LABELS[inside])
            ours += len(inside) / 200 * abs(accuracy - P[inside].max(axis=1).mean())
    bins = classification.calibration_bins(LABELS, P, BINS)
    assert np.isclose(classification.expected_calibration_error(bins), ours)


# -- counts above thresholds --

ANSWERS, WEIGHTS = RNG.random(40), RNG.uniform(0.5, 2, 40)
POSITIVE = RNG.random(40) < ANSWERS
THRESHOLDS = np.array([-0.1, 0.2, 0.3, 0.7, 0.9])
COUNTS = confusion_counts(POSITIVE, ANSWERS, WEIGHTS, THRESHOLDS, even=False)


@holds(
    "confusion_metrics.1",
    r"\mathit{TP}_k = \sum_i w_i y_i [p_i > t_k], \qquad \mathit{FP}_k = \sum_i w_i (1 - y_i)"
    r" [p_i > t_k]",
)
def test_counts():
    for k, t in enumerate(THRESHOLDS):
        rows = list(zip(WEIGHTS, POSITIVE, ANSWERS, strict=True))
        assert np.isclose(COUNTS.tp[k], sum(w * y * (p > t) for w, y, p in rows))
        assert np.isclose(COUNTS.fp[k], sum(w * (1 - y) * (p > t) for w, y, p in rows))


def measured(metric):
    metric.update_state(POSITIVE[:, None], ANSWERS[:, None], WEIGHTS)
    return metric.result()


TP, FP = COUNTS.tp[2], COUNTS.fp[2]
FN = WEIGHTS[POSITIVE].sum() - TP


@holds("confusion_metrics.2", r"\frac{\mathit{TP}}{\mathit{TP} + \mathit{FP}}")
def test_precision():
    assert np.isclose(measured(Precision(thresholds=0.3)), TP / (TP + FP), rtol=1e-6)


@holds("confusion_metrics.3", r"\frac{\mathit{TP}}{\mathit{TP} + \mathit{FN}}")
def test_recall():
    assert np.isclose(measured(Recall(thresholds=0.3)), TP / (TP + FN), rtol=1e-6)


@holds("confusion_metrics.4", r"F = \frac{(1 + \beta^2) P R}{\beta^2 P + R + \epsilon}")
def test_f_score():
    precision, recall, beta = TP / (TP + FP), TP / (TP + FN), 2.0
    ours = (1 + beta**2) * precision * recall / (beta**2 * precision + recall + 1e-7)
    weighted = (1 / precision + beta**2 / recall) / (1 + beta**2)
    assert np.isclose(ours, 1 / weighted, rtol=1e-6)
    assert np.isclose(measured(FBetaScore("micro", beta, 0.3)), ours, rtol=1e-6)


@holds(
    "confusion_metrics.5",
    r"P = \frac{\mathit{TP}}{\mathit{TP} + \mathit{FP} + \epsilon}, \quad R ="
    r" \frac{\mathit{TP}}{\mathit{TP} + \mathit{FN} + \epsilon}",
)
def test_parts_of_the_f_score():
    # Two samples of tiny weight, so that epsilon shows.
    metric, small = FBetaScore("micro", 1.0, 0.5), 1e-6
    metric.update_state([[1], [0]], [[0.9], [0.9]], [small, small])
    precision, recall = small / (2 * small + 1e-7), small / (small + 1e-7)
    ours = 2 * precision * recall / (precision + recall + 1e-7)
    assert np.isclose(metric.result(), ours, rtol=1e-9)


@holds("confusion_metrics.6", r"A = \sum_k (x_k - x_{k+1}) h(y_k, y_{k+1})")
def test_area():
    x, y = np.array([1.0, 0.6, 0.5, 0.0]), np.array([1.0, 0.9, 0.4, 0.0])
    strips = quad(lambda at: np.interp(at, x[::-1], y[::-1]), 0, 1, points=x[1:3])[0]
    assert np.isclose(area_between(x, y, "interpolation"), strips)
    for method, h in (("minoring", min), ("majoring", max)):
        ours = sum((x[k] - x[k + 1]) * h(y[k], y[k + 1]) for k in range(3))
        assert np.isclose(area_between(x, y, method), ours)


@holds(
    "confusion_metrics.7",
    r"A = \sum_k \frac{s}{\mathit{TP} + \mathit{FN}} \Bigl( d\mathit{TP} + (\mathit{TP}_{k+1} -"
    r" s P_{k+1}) \log \frac{P_k}{P_{k+1}} \Bigr)",
)
def test_area_below_precision():
    tp, called = COUNTS.tp, COUNTS.tp + COUNTS.fp
    ours = 0.0
    for k in range(len(tp) - 1):
        s = (tp[k] - tp[k + 1]) / (called[k] - called[k + 1])

        def integrand(p, k=k, s=s):
            return (tp[k + 1] + s * (p - called[k + 1])) / p * s

        ours += quad(integrand, called[k + 1], called[k])[0] / (tp[k] + COUNTS.fn[k])
    assert called[-1] > 0
    assert np.isclose(precision_recall_area(COUNTS), ours, rtol=1e-9)
