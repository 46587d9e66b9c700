"""The formulas of chapter 15: losses to compare a training with."""

import numpy as np
import sympy as sp
from tags import holds

K = sp.symbols("K", positive=True)
p, q = sp.symbols("p1:4", positive=True), sp.symbols("q1:4", positive=True)
delta = sp.symbols("delta")


@holds("15.1", r"L = -\ln \frac{1}{K} = \ln K")
def test_equal_probabilities():
    assert sp.simplify(-sp.log(1 / K) - sp.log(K)) == 0
    from minicnn.losses import SparseCategoricalCrossentropy

    same = np.full((4, 7), 1 / 7)
    value = float(SparseCategoricalCrossentropy()(np.array([0, 3, 3, 6]), same))
    assert abs(value - np.log(7)) < 1e-6


@holds(
    "15.2",
    r"\frac{\partial}{\partial \delta} \big( -q_j \ln (p_j - \delta) - q_k \ln (p_k + \delta) \big)"
    r" = \frac{q_j}{p_j} - \frac{q_k}{p_k}",
)
def test_the_slope_of_moving_probability_between_two_classes():
    moved = (p[0] - delta, p[1] + delta, p[2])
    loss = -sum(a * sp.log(b) for a, b in zip(q, moved, strict=True))
    slope = sp.diff(loss, delta).subs(delta, 0)
    assert sp.simplify(slope - (q[0] / p[0] - q[1] / p[1])) == 0


@holds("15.3", r"L = -\sum_k q_k \ln q_k")
def test_no_constant_answer_has_a_lower_loss_than_the_entropy():
    rng = np.random.default_rng(0)
    shares, answers = rng.dirichlet(np.ones(7)), rng.dirichlet(np.ones(7), size=1000)
    entropy = -np.sum(shares * np.log(shares))
    assert np.all(-np.sum(shares * np.log(answers), axis=1) >= entropy)


@holds("15.4", r"L \ge -\ln \frac{e}{e + K - 1}")
def test_two_softmaxes_have_a_floor():
    rng = np.random.default_rng(0)
    floor = -np.log(np.e / (np.e + 6))
    first = np.vstack([rng.dirichlet(np.full(7, 0.1), size=1000), np.eye(7)])
    second = np.exp(first) / np.exp(first).sum(axis=1, keepdims=True)
    losses = -np.log(second.max(axis=1))
    assert losses.min() >= floor - 1e-12
    assert abs(losses[-1] - floor) < 1e-12


@holds("15.5", r"\text{sd} = \sqrt{\frac{a (1 - a)}{n}}")
def test_the_wobble_of_an_accuracy():
    a, n = sp.Rational(4, 5), 6
    chance = [sp.binomial(n, k) * a**k * (1 - a) ** (n - k) for k in range(n + 1)]
    variance = sum(c * (sp.Rational(k, n) - a) ** 2 for k, c in enumerate(chance))
    assert variance == a * (1 - a) / n
