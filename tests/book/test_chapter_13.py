"""The formulas of chapter 13: the gradient check."""

import numpy as np
import sympy as sp
from tags import holds

v, h = sp.symbols("v h", positive=True)


@holds("13.1", r"F = \sum_i dy_i y_i")
def test_the_derivative_of_the_sum_is_dy():
    dy, y = sp.symbols("d1:4"), sp.symbols("y1:4")
    total = sum(a * b for a, b in zip(dy, y, strict=True))
    assert [sp.diff(total, one) for one in y] == list(dy)


@holds(
    "13.2",
    r"\frac{dF}{dv} \approx \frac{1}{2h} \sum_i dy_i \big( y_i(v + h) - y_i(v - h) \big)",
)
def test_the_difference_of_a_layer_tends_to_its_slope():
    dy, y = (2, -3), (sp.sin, sp.exp)
    quotient = sum(d * (f(v + h) - f(v - h)) for d, f in zip(dy, y, strict=True)) / (2 * h)
    slope = sum(d * sp.diff(f(v), v) for d, f in zip(dy, y, strict=True))
    assert sp.simplify(sp.limit(quotient, h, 0) - slope) == 0


@holds("13.3", r"\sum_i y_i = \gamma \sum_i \hat x_i + n \beta = n \beta")
def test_normalised_numbers_add_up_to_a_constant():
    x, gamma, beta = sp.symbols("x1:5"), *sp.symbols("gamma beta")
    mu, s = sum(x) / 4, sp.symbols("s")
    assert sp.simplify(sum(gamma * (one - mu) / s + beta for one in x) - 4 * beta) == 0


@holds(
    "13.4",
    r"e = \frac{\max_i |a_i - b_i|}{\max \big( \max_i |a_i|, \max_i |b_i| \big)}",
)
def test_the_error_of_the_library_is_the_formula():
    from minicnn.checking.gradients import _error

    a, b = np.array([1.0, -3.0]), np.array([1.0, -4.0])
    assert _error(a, b, 1e-7)[0] == 0.25
    assert _error(b, a, 1e-7)[0] == 0.25


@holds("13.5", r"F'(v) \approx \frac{4 F(v + h) - 3 F(v) - F(v + 2h)}{2h}")
def test_the_difference_to_one_side_is_of_second_order():
    quotient = (4 * sp.exp(2 * (v + h)) - 3 * sp.exp(2 * v) - sp.exp(2 * (v + 2 * h))) / (2 * h)
    error = sp.series(quotient - 2 * sp.exp(2 * v), h, 0, 3).removeO().expand()
    assert sp.simplify(error.coeff(h, 0)) == sp.simplify(error.coeff(h, 1)) == 0
    assert sp.simplify(error.coeff(h, 2)) != 0
