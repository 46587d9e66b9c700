"""The formulas of the hinge losses, and their derivatives by differences; L = sum_i a_i l_i."""

import numpy as np
from loss_rows import A, C, N, rows, same, total
from numeric import agree, gradient
from tags import holds

from minicnn.losses.hinge import categorical_hinge, hinge, squared_hinge

RNG = np.random.default_rng(0)
Y = RNG.normal(size=(N, C))
SIGNS = np.where(RNG.random((N, C)) < 0.5, -1.0, 1.0)
ONE_HOT = np.eye(C)[[0, 2, 1, 0]]


@holds("hinge.1", r"m_{ij} = 1 - t_{ij} y_{ij}")
def test_margin():
    far = np.full((1, 1), -3.0)  # m is positive, so the loss is m itself
    assert same(hinge(far, np.ones((1, 1)))[0], 1 - far[0])


def margins(y):
    return 1 - SIGNS * y


@holds("hinge.2", r"\ell_i = \frac1c \sum_j \max(m_{ij}, 0)")
def test_hinge():
    assert same(hinge(Y, SIGNS)[0], rows(lambda i, j: max(margins(Y)[i, j], 0)))


@holds(
    "hinge.3",
    r"\frac{\partial L}{\partial y_{ij}} = -\frac{a_i}{c} t_{ij} [m_{ij} \ge 0]",
)
def test_hinge_backward():
    theirs = gradient(lambda y: total(lambda z: np.maximum(margins(z), 0).mean(axis=1), y), Y)
    assert agree(-A[:, None] / C * SIGNS * (margins(Y) >= 0), theirs)


@holds("hinge.4", r"\ell_i = \frac1c \sum_j \max(m_{ij}, 0)^2")
def test_squared_hinge():
    assert same(squared_hinge(Y, SIGNS)[0], rows(lambda i, j: max(margins(Y)[i, j], 0) ** 2))


@holds(
    "hinge.5",
    r"\frac{\partial L}{\partial y_{ij}} = -\frac{2 a_i}{c} t_{ij} \max(m_{ij}, 0)",
)
def test_squared_hinge_backward():
    theirs = gradient(lambda y: total(lambda z: (np.maximum(margins(z), 0) ** 2).mean(1), y), Y)
    assert agree(-2 * A[:, None] / C * SIGNS * np.maximum(margins(Y), 0), theirs)


def excess(y):
    return np.array(
        [
            1
            + max((1 - ONE_HOT[i, j]) * y[i, j] for j in range(C))
            - sum(ONE_HOT[i, j] * y[i, j] for j in range(C))
            for i in range(N)
        ]
    )


@holds("hinge.6", r"m_i = 1 + \max_j (1 - t_{ij}) y_{ij} - \sum_j t_{ij} y_{ij}")
def test_margin_to_the_best_other_class():
    y = 0.1 * Y  # so close that every margin is positive, and the loss is m
    assert (excess(y) > 0).all()
    assert same(categorical_hinge(y, ONE_HOT)[0], excess(y))


@holds("hinge.7", r"\ell_i = \max(m_i, 0)")
def test_categorical_hinge():
    y = 5 * Y
    assert (excess(y) < 0).any()
    assert (excess(y) > 0).any()
    assert same(categorical_hinge(y, ONE_HOT)[0], np.maximum(excess(y), 0))


@holds(
    "hinge.8",
    r"\frac{\partial L}{\partial y_{ij}} = a_i [m_i \ge 0] \left( (1 - t_{ij})"
    r" \frac{[j \text{ is best}]}{k} - t_{ij} \right)",
)
def test_categorical_hinge_backward():
    y = 5 * Y
    best = (1 - ONE_HOT) * y == np.max((1 - ONE_HOT) * y, axis=1, keepdims=True)
    k = best.sum(axis=1, keepdims=True)
    ours = A[:, None] * (excess(y) >= 0)[:, None] * ((1 - ONE_HOT) * best / k - ONE_HOT)
    assert agree(ours, gradient(lambda z: total(lambda u: np.maximum(excess(u), 0), z), y))
