"""The formulas of chapter 12: dropout, L2, affine maps."""

from itertools import product

import numpy as np
import sympy as sp
from tags import holds

r, t, eta, lam = sp.symbols("r t eta lambda", positive=True)
x, w = sp.symbols("x1:4"), sp.symbols("w1:4")


def mean(value):
    """Average over all masks (k1, k2, k3), each by its probability."""
    return sp.simplify(
        sum(
            sp.prod([1 - r if k else r for k in mask]) * value(mask)
            for mask in product([0, 1], repeat=3)
        )
    )


def dropped(mask, i):
    return mask[i] / (1 - r) * x[i]


@holds("12.1", r"y_i = \frac{k_i}{1 - r} x_i")
def test_dropout():
    from minicnn.layers.dropout import dropout

    values, keep = np.array([[8.0, 8.0]]), np.array([[True, False]])
    assert np.allclose(dropout(values, keep, rate=0.25)[0], [[8 / 0.75, 0]])


@holds("12.2", r"E(y_i) = \frac{E(k_i)}{1 - r} x_i = x_i")
def test_the_mean_stays():
    assert mean(lambda mask: dropped(mask, 0)) == x[0]
    assert sp.simplify(mean(lambda mask: mask[0]) / (1 - r)) == 1


@holds("12.3", r"\text{Var}(y_i) = \frac{r (1 - r)}{(1 - r)^2} x_i^2 = \frac{r}{1 - r} x_i^2")
def test_the_variance():
    variance = mean(lambda mask: (dropped(mask, 0) - x[0]) ** 2)
    assert sp.simplify(variance - r * (1 - r) / (1 - r) ** 2 * x[0] ** 2) == 0
    assert sp.simplify(variance - r / (1 - r) * x[0] ** 2) == 0


@holds("12.4", r"dx_i = \frac{k_i}{1 - r} dy_i")
def test_backward_has_the_factors_of_forward():
    assert sp.diff(dropped((1, 0, 1), 0), x[0]) == 1 / (1 - r)
    assert sp.diff(dropped((0, 1, 1), 0), x[0]) == 0


@holds(
    "12.5",
    r"E \big( (t - y)^2 \big) = \Big( t - \sum_i w_i x_i \Big)^2"
    r" + \frac{r}{1 - r} \sum_i w_i^2 x_i^2",
)
def test_dropout_is_a_penalty():
    loss = mean(lambda mask: (t - sum(w[i] * dropped(mask, i) for i in range(3))) ** 2)
    plain = (t - sum(a * b for a, b in zip(w, x, strict=True))) ** 2
    penalty = r / (1 - r) * sum(a**2 * b**2 for a, b in zip(w, x, strict=True))
    assert sp.simplify(loss - plain - penalty) == 0


@holds(
    "12.6",
    r"w_i - \eta \Big( \frac{\partial L}{\partial w_i} + 2 \lambda w_i \Big)"
    r" = (1 - 2 \eta \lambda) w_i - \eta \frac{\partial L}{\partial w_i}",
)
def test_a_penalty_shrinks_weights():
    loss = sp.Function("L")(w[0])
    step = w[0] - eta * sp.diff(loss + lam * w[0] ** 2, w[0])
    assert sp.simplify(step - (1 - 2 * eta * lam) * w[0] + eta * sp.diff(loss, w[0])) == 0


@holds("12.7", r"M = C A C^{-1}")
def test_about_the_middle():
    c, angle = sp.Matrix([[1, 0, 4], [0, 1, 2], [0, 0, 1]]), sp.symbols("angle")
    turn = sp.rot_axis3(-angle)
    m = c * turn * c.inv()
    assert sp.simplify(m * sp.Matrix([4, 2, 1])) == sp.Matrix([4, 2, 1])
    from minicnn.geometry import about_centre, rotation

    assert np.allclose(about_centre(rotation(30), 5, 9), np.array(m.subs(angle, sp.pi / 6), float))


@holds("12.8", r"g'(p) = g(M^{-1} p)")
def test_the_value_moves_with_the_point():
    from minicnn.geometry import about_centre, rotation, warp

    image, m = np.zeros((1, 5, 5, 1)), about_centre(rotation(90), 5, 5)
    image[0, 1, 3, 0] = 1  # the point (3, 1)
    u, v, _ = np.rint(m @ [3, 1, 1]).astype(int)
    assert warp(image, m[None])[0, v, u, 0] == 1
