"""The formulas of chapter 14: softplus, layer normalisation, windows."""

import numpy as np
import sympy as sp
from tags import holds

x = sp.symbols("x1:4")
gamma, beta, dy = sp.symbols("g1:4"), sp.symbols("b1:4"), sp.symbols("d1:4")
epsilon = sp.symbols("epsilon", positive=True)
mu = sum(x) / 3
variance = sum((one - mu) ** 2 for one in x) / 3
normalised = [(one - mu) / sp.sqrt(variance + epsilon) for one in x]
y = [g * n + b for g, n, b in zip(gamma, normalised, beta, strict=True)]
total = sum(d * one for d, one in zip(dy, y, strict=True))
# Enough for rational functions and roots of this degree: no two differ at random points only.
POINT = dict(zip([*x, *gamma, *beta, *dy, epsilon], np.arange(1, 14) ** 1.5 % 3 + 0.1, strict=True))


def agree(a, b):
    return abs(sp.N((a - b).subs(POINT))) < 1e-12


@holds("14.1", r"\frac{dy}{dx} = \frac{1}{1 + e^x} \cdot e^x = \frac{1}{1 + e^{-x}}")
def test_the_slope_of_softplus():
    slope = sp.diff(sp.log(1 + sp.exp(x[0])), x[0])
    assert sp.simplify(slope - 1 / (1 + sp.exp(x[0])) * sp.exp(x[0])) == 0
    assert sp.simplify(slope - 1 / (1 + sp.exp(-x[0]))) == 0


@holds(
    "14.2",
    r"\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \quad"
    r" y_i = \gamma_i \hat x_i + \beta_i",
)
def test_layer_normalisation_is_the_librarys():
    from minicnn.layers.layer_normalization import LayerNormalization

    layer = LayerNormalization(epsilon=float(POINT[epsilon]))
    layer.build((3,))
    layer.astype("float64")
    layer.params = {
        name: np.array([float(POINT[one]) for one in letters])
        for name, letters in (("gamma", gamma), ("beta", beta))
    }
    values = np.array([[float(POINT[one]) for one in x]])
    found, _ = layer.forward(values, training=True)
    assert np.allclose(found[0], [float(sp.N(one.subs(POINT))) for one in y], rtol=1e-12)


@holds("14.3", r"d\gamma_i = \sum dy_i \hat x_i, \quad d\beta_i = \sum dy_i")
def test_the_derivatives_of_the_parameters():
    assert agree(sp.diff(total, gamma[1]), dy[1] * normalised[1])
    assert sp.diff(total, beta[1]) == dy[1]


@holds(
    "14.4",
    r"dx_i = \frac{1}{\sqrt{\sigma^2 + \epsilon}} \Big( d\hat x_i - \frac1m \sum_j d\hat x_j"
    r" - \hat x_i \frac1m \sum_j d\hat x_j \hat x_j \Big)",
)
def test_the_derivative_of_the_input():
    d = [a * b for a, b in zip(gamma, dy, strict=True)]
    along = sum(a * b for a, b in zip(d, normalised, strict=True)) / 3
    for i in range(3):
        claimed = (d[i] - sum(d) / 3 - normalised[i] * along) / sp.sqrt(variance + epsilon)
        assert agree(sp.diff(total, x[i]), claimed)


@holds("14.5", r"\lfloor (h - k) / s \rfloor + 1")
def test_the_number_of_windows():
    for h in range(1, 12):
        for k in range(1, h + 1):
            for s in range(1, 5):
                assert len(range(0, h - k + 1, s)) == (h - k) // s + 1


@holds("14.6", r"\sum_i dy_i y_i = \sum_j dx_j x_j")
def test_linear_layers_regroup_products():
    matrix = sp.Matrix(2, 3, sp.symbols("W1:7"))
    column, cotangent = sp.Matrix(x), sp.Matrix(dy[:2])
    left = cotangent.T * (matrix * column)
    right = (matrix.T * cotangent).T * column
    assert sp.expand((left - right)[0]) == 0
