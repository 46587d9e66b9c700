"""The formulas of chapter 5, likelihood, cross-entropy, softmax, for three classes."""

import numpy as np
import sympy as sp
from tags import holds

z = sp.symbols("z:3", real=True)
S = sum(sp.exp(one) for one in z)
p = [sp.exp(one) / S for one in z]


def zero(expression):
    return sp.simplify(expression) == 0


@holds("5.1", r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}")
def test_softmax_sums_to_one():
    assert zero(sum(p) - 1)
    values = [one.subs(dict(zip(z, [0, sp.log(2), sp.log(5)], strict=True))) for one in p]
    assert values == [sp.Rational(1, 8), sp.Rational(2, 8), sp.Rational(5, 8)]


@holds(
    "5.2",
    r"\frac{e^{z_i + a}}{\sum_j e^{z_j + a}} = \frac{e^a e^{z_i}}{e^a \sum_j e^{z_j}}"
    r" = \frac{e^{z_i}}{\sum_j e^{z_j}}",
)
def test_a_constant_cancels():
    a = sp.Symbol("a", real=True)
    moved = {one: one + a for one in z}
    assert all(zero(one.subs(moved, simultaneous=True) - one) for one in p)


@holds("5.3", r"\prod_k p_{k t_k}")
def test_likelihood_is_what_independent_samples_do():
    rng = np.random.default_rng(0)
    chances, labels = np.array([[0.2, 0.8], [0.6, 0.4]]), [1, 0]
    draws = rng.random((200_000, 2)) < chances[:, 1]
    share = np.mean(np.all(draws == np.array(labels, bool), axis=1))
    assert abs(share - chances[0, 1] * chances[1, 0]) < 0.005


@holds("5.4", r"L = -\frac1n \sum_k \ln p_{k t_k}")
def test_cross_entropy_is_the_likelihood_in_logarithms():
    q = sp.symbols("q:4", positive=True)
    assert zero(sp.expand_log(-sp.log(sp.prod(q)) / 4) + sum(map(sp.log, q)) / 4)


@holds("5.5", r"L = -\sum_i t_i \ln p_i")
def test_one_hot_targets_pick_the_true_class():
    for true in range(3):
        assert zero(-sum(int(i == true) * sp.log(p[i]) for i in range(3)) + sp.log(p[true]))


@holds("5.6", r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)")
def test_slope_of_the_softmax():
    for i in range(3):
        for j in range(3):
            assert zero(sp.diff(p[i], z[j]) - p[i] * (int(i == j) - p[j]))


@holds("5.7", r"L = \sum_i t_i \left( \ln S - z_i \right) = \ln S - \sum_i t_i z_i")
def test_loss_from_logits():
    t = [sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(1, 6)]
    loss = -sum(a * sp.log(b) for a, b in zip(t, p, strict=True))
    assert zero(loss - sum(a * (sp.log(S) - b) for a, b in zip(t, z, strict=True)))
    assert zero(loss - (sp.log(S) - sum(a * b for a, b in zip(t, z, strict=True))))


@holds("5.8", r"dz_j = p_j - t_j")
def test_slope_of_both_together():
    t = [sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(1, 6)]
    loss = sp.log(S) - sum(a * b for a, b in zip(t, z, strict=True))
    assert all(zero(sp.diff(loss, z[j]) - (p[j] - t[j])) for j in range(3))


@holds("5.9", r"p_1 = \frac{1}{1 + e^{-z_1}} = \sigma(z_1)")
def test_two_classes_are_a_sigmoid():
    assert zero(sp.exp(z[0]) / (sp.exp(z[0]) + 1) - 1 / (1 + sp.exp(-z[0])))
