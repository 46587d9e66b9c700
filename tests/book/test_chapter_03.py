"""The formulas of chapter 3, dense layers, with a symbol for every element."""

import sympy as sp
from tags import holds

N, D, F = 3, 2, 4
x, w, dy = (sp.MatrixSymbol(*one).as_explicit() for one in [("x", N, D), ("w", D, F), ("dy", N, F)])
b = sp.MatrixSymbol("b", 1, F).as_explicit()
y = x * w + sp.ones(N, 1) * b
#: A loss whose slope with respect to y is dy, at every point.
loss = sum(dy[i] * y[i] for i in range(N * F))


def gradient(array):
    return array.applyfunc(lambda element: sp.diff(loss, element))


def same(ours, theirs):
    return sp.simplify(ours - theirs) == sp.zeros(*ours.shape)


@holds("3.1", r"y = x W + b")
def test_forward_is_the_sum_that_the_text_writes_out():
    for m in range(N):
        for g in range(F):
            assert sp.expand(y[m, g] - b[g] - sum(x[m, k] * w[k, g] for k in range(D))) == 0


@holds("3.2", r"dx_{mk} = \sum_g dy_{mg} W_{kg}")
def test_by_an_input():
    sums = sp.Matrix(N, D, lambda m, k: sum(dy[m, g] * w[k, g] for g in range(F)))
    assert same(gradient(x), sums)


@holds("3.3", r"dx = dy W^T")
def test_by_all_inputs():
    assert same(gradient(x), dy * w.T)


@holds("3.4", r"dW_{kg} = \sum_m x_{mk} dy_{mg}")
def test_by_a_weight():
    sums = sp.Matrix(D, F, lambda k, g: sum(x[m, k] * dy[m, g] for m in range(N)))
    assert same(gradient(w), sums)


@holds("3.5", r"dW = x^T dy")
def test_by_all_weights():
    assert same(gradient(w), x.T * dy)


@holds("3.6", r"db_g = \sum_m dy_{mg}")
def test_by_a_bias():
    assert same(gradient(b), sp.Matrix(1, F, lambda _, g: sum(dy[m, g] for m in range(N))))
