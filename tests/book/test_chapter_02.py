"""The formulas of chapter 2, the chain rule on a graph."""

import sympy as sp
from tags import holds

x, a, c = sp.symbols("x a c")


@holds("2.1", r"\frac{dL}{dx} = \frac{dL}{dy} \frac{dy}{dx}")
def test_one_step_after_another():
    y = sp.sin(x) * x
    product = sp.exp(y) * sp.diff(y, x)
    assert sp.simplify(sp.diff(sp.exp(y), x) - product) == 0


@holds(
    "2.2",
    r"da = dy \frac{\partial f}{\partial a}, \qquad dc = dy \frac{\partial f}{\partial c}",
)
def test_a_step_with_several_inputs():
    f, t = a**2 * sp.sin(c), sp.Symbol("t")
    dy = sp.diff(sp.exp(t), t).subs(t, f)
    for one in (a, c):
        assert sp.simplify(sp.diff(sp.exp(f), one) - dy * sp.diff(f, one)) == 0


@holds("2.3", r"\delta L = \sum_u \frac{\partial L}{\partial y_u} \frac{d y_u}{d x} \delta x")
def test_changes_add_to_first_order():
    delta = sp.Symbol("delta")
    ys = [sp.sin, sp.exp, lambda t: t**3]
    u = sp.symbols("u:3")
    loss = u[0] * u[1] + u[2] ** 2

    def at(point):
        return loss.subs({name: y(point) for name, y in zip(u, ys, strict=True)})

    partial = [
        sp.diff(loss, name).subs({k: y(x) for k, y in zip(u, ys, strict=True)}) for name in u
    ]
    first = sum(p * sp.diff(y(x), x) for p, y in zip(partial, ys, strict=True)) * delta
    change = sp.series(at(x + delta) - at(x), delta, 0, 2).removeO()
    assert sp.simplify(change - first) == 0


@holds("2.4", r"dx = \sum_u dy_u \frac{d y_u}{d x}")
def test_forks_add():
    u = sp.symbols("u:2")
    loss, ys = u[0] * sp.exp(u[1]), [x**2, sp.cos(x)]
    values = dict(zip(u, ys, strict=True))
    total = sum(
        sp.diff(loss, name).subs(values) * sp.diff(y, x) for name, y in zip(u, ys, strict=True)
    )
    assert sp.simplify(sp.diff(loss.subs(values), x) - total) == 0
