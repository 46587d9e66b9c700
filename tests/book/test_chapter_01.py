"""The formulas of chapter 1, slope and difference."""

import numpy as np
import sympy as sp
from tags import holds

x, h, epsilon = sp.symbols("x h epsilon", positive=True)
f = sp.Function("f")


def series(expression, order):
    """Expand an expression in h around 0."""
    return sp.series(expression, h, 0, order).removeO().doit()


def error(difference, function):
    """Return the leading term in h of a difference less the slope."""
    return sp.simplify(sp.series(difference - sp.diff(function(x), x), h, 0, 3).removeO())


@holds("1.1", r"f'(x) \approx \frac{f(x + h) - f(x)}{h}")
def test_forward_difference_tends_to_the_slope():
    assert sp.limit((sp.sin(x + h) - sp.sin(x)) / h, h, 0) == sp.cos(x)


@holds("1.2", r"f(x + h) = f(x) + h f'(x) + \frac{h^2}{2} f''(x) + \frac{h^3}{6} f'''(x) + R")
def test_taylor_series():
    terms = sum(h**k * sp.diff(sp.exp(2 * x), x, k) / sp.factorial(k) for k in range(4))
    remainder = sp.series(sp.exp(2 * (x + h)) - terms, h, 0, 6).removeO()
    assert sp.simplify(remainder.coeff(h, 4)) != 0
    assert all(sp.simplify(remainder.coeff(h, k)) == 0 for k in range(4))


@holds("1.3", r"\frac{f(x + h) - f(x)}{h} - f'(x) \approx \frac{h}{2} f''(x)")
def test_error_of_the_forward_difference():
    found = error((sp.exp(2 * (x + h)) - sp.exp(2 * x)) / h, lambda t: sp.exp(2 * t))
    assert sp.simplify(found.expand().coeff(h, 1) - sp.diff(sp.exp(2 * x), x, 2) / 2) == 0


@holds("1.4", r"f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}")
def test_centred_difference_tends_to_the_slope():
    assert sp.limit((sp.sin(x + h) - sp.sin(x - h)) / (2 * h), h, 0) == sp.cos(x)


@holds("1.5", r"\frac{f(x + h) - f(x - h)}{2h} - f'(x) \approx \frac{h^2}{6} f'''(x)")
def test_error_of_the_centred_difference():
    centred = (sp.exp(2 * (x + h)) - sp.exp(2 * (x - h))) / (2 * h)
    found = error(centred, lambda t: sp.exp(2 * t)).expand()
    assert sp.simplify(found.coeff(h, 1)) == 0
    assert sp.simplify(found.coeff(h, 2) - sp.diff(sp.exp(2 * x), x, 3) / 6) == 0


@holds("1.6", r"E(h) = \frac{h^2}{6} |f'''(x)| + \frac{\epsilon |f(x)|}{h}")
def test_the_error_model_bounds_what_is_measured():
    eps = np.finfo(float).eps
    for step in 10.0 ** np.arange(-9, 0):
        measured = abs((np.exp(1 + step) - np.exp(1 - step)) / (2 * step) - np.e)
        # The fifth derivative and the rounding of 1 + h are left out of the model.
        assert measured < 3 * (step**2 / 6 * np.e + eps * np.e / step)


@holds("1.7", r"h = \sqrt[3]{\frac{3 \epsilon |f(x)|}{|f'''(x)|}}")
def test_best_step():
    value, third = sp.symbols("value third", positive=True)
    model = h**2 / 6 * third + epsilon * value / h
    best = (3 * epsilon * value / third) ** sp.Rational(1, 3)
    assert sp.simplify(sp.diff(model, h).subs(h, best)) == 0
    assert sp.simplify(sp.diff(model, h, 2).subs(h, best)) > 0
