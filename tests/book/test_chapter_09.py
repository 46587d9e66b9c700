"""The formulas of chapter 9, the gradients of a convolution."""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.kernels.conv2d import Geometry, col2im, im2col
from minicnn.layers.conv2d import conv2d

# One row, in symbols.
X, W, DY = sp.symbols("x0:5"), sp.symbols("w0:3"), sp.symbols("dy0:3")
Y = [sum(W[i] * X[p + i] for i in range(3)) for p in range(3)]
LOSS = sum(g * y for g, y in zip(DY, Y, strict=True))

# A whole layer, in numbers; 5 pixels at stride 2 with "same" have one zero before.
RNG = np.random.default_rng(0)
S, A = 2, 1
x, w, b = RNG.normal(size=(2, 5, 5, 2)), RNG.normal(size=(3, 3, 2, 2)), RNG.normal(size=2)
dy = RNG.normal(size=(2, 3, 3, 2))


def layer(x, w, b):
    return conv2d(x, w, b, strides=(S, S), padding="same")[0]


def slopes(arrays, position):
    """Differentiate sum(dy * layer) by one of its arrays; it is linear, so a step of 1 is exact."""
    array = arrays[position]
    found = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        moved = array.copy()
        moved[index] += 1
        changed = [*arrays[:position], moved, *arrays[position + 1 :]]
        found[index] = (dy * (layer(*changed) - layer(*arrays))).sum()
    return found


@holds(
    "9.1",
    r"\frac{\partial L}{\partial v} = \sum_p dy_p \frac{\partial y_p}{\partial v}, "
    r"\qquad y_p = \sum_i w_i x_{p+i}",
)
def test_chain_rule_over_all_outputs():
    loss = sum(sp.sin((p + 1) * y) for p, y in enumerate(Y))  # any function of the outputs
    arrived = [(p + 1) * sp.cos((p + 1) * y) for p, y in enumerate(Y)]
    for v in (*W, *X):
        total = sum(g * sp.diff(y, v) for g, y in zip(arrived, Y, strict=True))
        assert sp.expand(sp.diff(loss, v) - total) == 0


@holds("9.2", r"dw_i = \sum_p dy_p x_{p+i}")
def test_filter_of_a_row():
    for i in range(3):
        assert sp.expand(sp.diff(LOSS, W[i]) - sum(DY[p] * X[p + i] for p in range(3))) == 0


@holds("9.3", r"dx_r = \sum_i w_i dy_{r-i}")
def test_pixels_of_a_row():
    for r in range(5):
        formula = sum(W[i] * DY[r - i] for i in range(3) if 0 <= r - i < 3)
        assert sp.expand(sp.diff(LOSS, X[r]) - formula) == 0


@holds("9.4", r"\langle dy, A x \rangle = \langle A^T dy, x \rangle")
def test_transpose_is_the_adjoint():
    matrix = sp.Matrix(3, 5, lambda p, r: W[r - p] if 0 <= r - p < 3 else 0)
    left = sp.Matrix(DY).dot(matrix * sp.Matrix(X))
    assert sp.expand(left - (matrix.T * sp.Matrix(DY)).dot(sp.Matrix(X))) == 0
    # The library's im2col and col2im, with stride and padding.
    geometry = Geometry((3, 3), (S, S), (1, 1), (A, A), (3, 3))
    columns, back = im2col(x, geometry), np.empty_like(x)
    z = RNG.normal(size=columns.shape)
    col2im(z, back, geometry)
    assert np.isclose((z * columns).sum(), (back * x).sum())


@holds("9.5", r"db_f = \sum_{n,p,q} dy_{npqf}")
def test_bias():
    assert np.allclose(slopes((x, w, b), 2), dy.sum(axis=(0, 1, 2)))


@holds(
    "9.6",
    r"dw_{ijcf} = \sum_{n,p,q} dy_{npqf} x_{n, p s + i - a, q s + j - a, c}",
)
def test_weights():
    dw = np.zeros(w.shape)
    for n, p, q in np.ndindex(2, 3, 3):
        for i, j, c, f in np.ndindex(*w.shape):
            row, column = p * S + i - A, q * S + j - A
            if 0 <= row < 5 and 0 <= column < 5:
                dw[i, j, c, f] += dy[n, p, q, f] * x[n, row, column, c]
    assert np.allclose(slopes((x, w, b), 1), dw)


def meeting(p, i, r):
    return p * S + i - A == r


@holds(
    "9.7",
    r"\frac{\partial y_{npqf}}{\partial x_{nruc}} = "
    r"\sum_{i,j} w_{ijcf} [p s + i - a = r] [q s + j - a = u]",
)
def test_output_by_pixel():
    nothing = np.zeros((1, 5, 5, 2))
    for r, u, c in np.ndindex(5, 5, 2):
        one = nothing.copy()
        one[0, r, u, c] = 1
        formula = np.zeros((3, 3, 2))
        for p, q, i, j in np.ndindex(3, 3, 3, 3):
            formula[p, q] += w[i, j, c] * meeting(p, i, r) * meeting(q, j, u)
        assert np.allclose(layer(one, w, b)[0] - layer(nothing, w, b)[0], formula)


@holds(
    "9.8",
    r"dx_{nruc} = \sum_{p,q,f} \sum_{i,j} dy_{npqf} w_{ijcf} "
    r"[p s + i - a = r] [q s + j - a = u]",
)
def test_pixels():
    dx = np.zeros(x.shape)
    for r, u, p, q, i, j in np.ndindex(5, 5, 3, 3, 3, 3):
        if meeting(p, i, r) and meeting(q, j, u):
            dx[:, r, u] += dy[:, p, q] @ w[i, j].T
    assert np.allclose(slopes((x, w, b), 0), dx)


@holds("9.9", r"Y = X W + b, \qquad dW = X^T dY, \qquad dX = dY W^T")
def test_dense_layer_on_windows():
    windows, filters, arrived = (
        sp.Matrix(rows, columns, sp.symbols(f"{name}:{rows * columns}"))
        for name, rows, columns in (("X", 3, 2), ("W", 2, 2), ("dY", 3, 2))
    )
    bias = sp.Matrix(3, 2, lambda _, f: sp.symbols(f"b{f}"))
    loss = sum((windows * filters + bias).multiply_elementwise(arrived))
    assert loss.diff(filters).expand() == (windows.T * arrived).expand()
    assert loss.diff(windows).expand() == (arrived * filters.T).expand()
    # The library's im2col makes the rows of X in the order that the weights have.
    columns = im2col(x, Geometry((3, 3), (S, S), (1, 1), (A, A), (3, 3)))
    product = (columns @ w.reshape(-1, 2) + b).reshape(2, 3, 3, 2)
    assert np.allclose(product, layer(x, w, b))
