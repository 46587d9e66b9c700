"""The formulas of chapter 4, nonlinearity and kinks."""

import numpy as np
import sympy as sp
from tags import holds

x = sp.Symbol("x", real=True)
sigma = 1 / (1 + sp.exp(-x))


@holds("4.1", r"(x W_1 + b_1) W_2 + b_2 = x (W_1 W_2) + (b_1 W_2 + b_2)")
def test_two_dense_layers_are_one():
    row, one, two = (
        sp.MatrixSymbol(*a).as_explicit() for a in [("x", 1, 2), ("V", 2, 3), ("W", 3, 2)]
    )
    b1, b2 = (sp.MatrixSymbol(*a).as_explicit() for a in [("b", 1, 3), ("c", 1, 2)])
    left = (row * one + b1) * two + b2
    assert (left - row * (one * two) - (b1 * two + b2)).expand() == sp.zeros(1, 2)


@holds("4.2", r"dx = f'(x) dy")
def test_each_element_by_itself():
    rng = np.random.default_rng(0)
    at, dy, h = rng.normal(size=5), rng.normal(size=5), 1e-6
    for i in range(5):
        step = h * np.eye(5)[i]
        numeric = (dy @ np.sin(at + step) - dy @ np.sin(at - step)) / (2 * h)
        assert abs(numeric - np.cos(at[i]) * dy[i]) < 1e-8


@holds("4.3", r"y = \max(x, 0)")
def test_relu_computes_xor_as_the_table_says():
    def relu(value):
        return sp.Max(value, 0)

    for u in (0, 1):
        for v in (0, 1):
            assert relu(u + v) - 2 * relu(u + v - 1) == (u ^ v)


@holds("4.4", r"dx = dy \text{ if } x > 0, \qquad dx = 0 \text{ otherwise}")
def test_slopes_of_relu():
    relu = sp.Max(x, 0)
    assert sp.diff(relu, x).subs(x, 3) == 1
    assert sp.diff(relu, x).subs(x, -3) == 0


@holds("4.5", r"f(x) \geq f(0) + s x \quad \text{for all } x")
def test_subgradients_of_relu_are_those_from_0_to_1():
    points = np.linspace(-2, 2, 41)
    for s in np.linspace(-1, 2, 31).round(6):
        below = np.all(np.maximum(points, 0) >= s * points - 1e-12)
        assert below == (0 <= s <= 1)


@holds("4.6", r"\sigma(x) = \frac{1}{1 + e^{-x}}")
def test_sigmoid_is_a_step_from_0_to_1():
    assert sp.limit(sigma, x, -sp.oo) == 0
    assert sp.limit(sigma, x, sp.oo) == 1
    assert sigma.subs(x, 0) == sp.Rational(1, 2)


@holds("4.7", r"\sigma'(x) = \sigma(x) (1 - \sigma(x))")
def test_slope_of_the_sigmoid():
    assert sp.simplify(sp.diff(sigma, x) - sigma * (1 - sigma)) == 0


@holds("4.8", r"\tanh(x) = 2 \sigma(2x) - 1")
def test_tanh_is_a_stretched_sigmoid():
    difference = 2 * sigma.subs(x, 2 * x) - 1 - sp.tanh(x).rewrite(sp.exp)
    assert sp.simplify(difference) == 0
    assert sp.simplify(sp.diff(sp.tanh(x), x) - (1 - sp.tanh(x) ** 2)) == 0


@holds("4.9", r"\left(\tfrac{1}{4}\right)^k")
def test_the_largest_slope_of_a_sigmoid_is_a_quarter():
    slope = sp.diff(sigma, x)
    assert sp.simplify(slope.subs(x, 0)) == sp.Rational(1, 4)
    # p (1 - p) = 1/4 - (p - 1/2)^2
    assert sp.simplify(slope - (sp.Rational(1, 4) - (sigma - sp.Rational(1, 2)) ** 2)) == 0
