"""The formulas of the convolutions as loops, and their derivatives by differences."""

import numpy as np
from numeric import agree, every, gradient
from tags import holds

from minicnn.layers.conv2d import conv2d
from minicnn.layers.conv2d_transpose import conv2d_transpose, transposed_size
from minicnn.layers.depthwise_conv2d import depthwise_conv2d
from minicnn.layers.separable_conv2d import separable_conv2d
from minicnn.layers.windows import windows

#: Sizes that all differ, so that no two letters can be exchanged unnoticed.
N, H, V, C, F, KH, KW, M = 2, 7, 6, 3, 4, 3, 2, 2
S1, S2, D1, D2 = 2, 1, 1, 2
STEPS = {"strides": (S1, S2), "dilation_rate": (D1, D2), "padding": "same"}
ROWS, COLUMNS = windows(H, KH, S1, "same", D1), windows(V, KW, S2, "same", D2)
P, Q, A1, A2 = ROWS.count, COLUMNS.count, ROWS.before, COLUMNS.before
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, H, V, C))
W, B = RNG.normal(size=(KH, KW, C, F)), RNG.normal(size=F)
DY = RNG.normal(size=(N, P, Q, F))


def pixel(x, n, u, v, c):
    """A pixel, and zero outside of the image."""
    return x[n, u, v, c] if 0 <= u < x.shape[1] and 0 <= v < x.shape[2] else 0.0


def at(p, q, i, j):
    return p * S1 + i * D1 - A1, q * S2 + j * D2 - A2


def convolved(x, w, b):
    y = np.empty((len(x), P, Q, w.shape[3]))
    for n, p, q, f in every(*y.shape):
        y[n, p, q, f] = b[f] + sum(
            w[i, j, c, f] * pixel(x, n, *at(p, q, i, j), c) for i, j, c in every(KH, KW, C)
        )
    return y


def loss(x=X, w=W, b=B):
    return np.sum(DY * conv2d(x, w, b, **STEPS)[0])


@holds(
    "conv2d.1",
    r"y_{npqf} = b_f + \sum_{i,j,c} w_{ijcf} \cdot x_{n, p s_1 + i d_1 - a_1,"
    r" q s_2 + j d_2 - a_2, c}",
)
def test_convolution():
    assert A1
    assert A2
    assert np.allclose(conv2d(X, W, B, **STEPS)[0], convolved(X, W, B), rtol=1e-12)


@holds(
    "conv2d.2",
    r"dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_f w_{ijcf} \cdot dy_{npqf}",
)
def test_convolution_by_a_pixel():
    dx = np.zeros_like(X)
    for n, u, v, c in every(*X.shape):
        dx[n, u, v, c] = sum(
            W[i, j, c, f] * DY[n, p, q, f]
            for p, q, i, j in every(P, Q, KH, KW)
            if at(p, q, i, j) == (u, v)
            for f in range(F)
        )
    assert agree(dx, gradient(lambda x: loss(x=x), X))


@holds(
    "conv2d.3",
    r"dw_{ijcf} = \sum_{n,p,q} x_{n, p s_1 + i d_1 - a_1, q s_2 + j d_2 - a_2, c} \cdot dy_{npqf}",
)
def test_convolution_by_a_weight():
    dw = np.zeros_like(W)
    for i, j, c, f in every(*W.shape):
        dw[i, j, c, f] = sum(
            pixel(X, n, *at(p, q, i, j), c) * DY[n, p, q, f] for n, p, q in every(N, P, Q)
        )
    assert agree(dw, gradient(lambda w: loss(w=w), W))


@holds("conv2d.4", r"db_f = \sum_{n,p,q} dy_{npqf}")
def test_convolution_by_a_bias():
    db = np.array([sum(DY[n, p, q, f] for n, p, q in every(N, P, Q)) for f in range(F)])
    assert agree(db, gradient(lambda b: loss(b=b), B))


# -- every channel by itself --

DEEP, DEEP_B = RNG.normal(size=(KH, KW, C, M)), RNG.normal(size=C * M)
DEEP_DY = RNG.normal(size=(N, P, Q, C * M))


def deep_loss(x=X, w=DEEP, b=DEEP_B):
    return np.sum(DEEP_DY * depthwise_conv2d(x, w, b, **STEPS)[0])


@holds(
    "depthwise_conv2d.1",
    r"y_{n,p,q,c m + k} = b_{c m + k} + \sum_{i,j} w_{ijck} \cdot x_{n, p s_1 + i d_1 - a_1,"
    r" q s_2 + j d_2 - a_2, c}",
)
def test_depthwise():
    y = np.empty((N, P, Q, C * M))
    for n, p, q, c, k in every(N, P, Q, C, M):
        y[n, p, q, c * M + k] = DEEP_B[c * M + k] + sum(
            DEEP[i, j, c, k] * pixel(X, n, *at(p, q, i, j), c) for i, j in every(KH, KW)
        )
    assert np.allclose(depthwise_conv2d(X, DEEP, DEEP_B, **STEPS)[0], y, rtol=1e-12)


@holds(
    "depthwise_conv2d.2",
    r"dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_k w_{ijck} \cdot dy_{n,p,q,c m + k}",
)
def test_depthwise_by_a_pixel():
    dx = np.zeros_like(X)
    for n, u, v, c in every(*X.shape):
        dx[n, u, v, c] = sum(
            DEEP[i, j, c, k] * DEEP_DY[n, p, q, c * M + k]
            for p, q, i, j in every(P, Q, KH, KW)
            if at(p, q, i, j) == (u, v)
            for k in range(M)
        )
    assert agree(dx, gradient(lambda x: deep_loss(x=x), X))


@holds(
    "depthwise_conv2d.3",
    r"dw_{ijck} = \sum_{n,p,q} x_{n, p s_1 + i d_1 - a_1, q s_2 + j d_2 - a_2, c} \cdot"
    r" dy_{n,p,q,c m + k}",
)
def test_depthwise_by_a_weight():
    dw = np.zeros_like(DEEP)
    for i, j, c, k in every(*DEEP.shape):
        dw[i, j, c, k] = sum(
            pixel(X, n, *at(p, q, i, j), c) * DEEP_DY[n, p, q, c * M + k]
            for n, p, q in every(N, P, Q)
        )
    assert agree(dw, gradient(lambda w: deep_loss(w=w), DEEP))


@holds("depthwise_conv2d.4", r"db_f = \sum_{n,p,q} dy_{npqf}")
def test_depthwise_by_a_bias():
    assert agree(DEEP_DY.sum(axis=(0, 1, 2)), gradient(lambda b: deep_loss(b=b), DEEP_B))


Z, POINT = RNG.normal(size=(N, P, Q, C * M)), RNG.normal(size=(C * M, F))


def pointwise(z=Z, v=POINT, b=B):
    return b + np.einsum("npqe,ef->npqf", z, v)


@holds("separable_conv2d.1", r"y_{npqf} = b_f + \sum_e z_{npqe} v_{ef}")
def test_separable():
    z = depthwise_conv2d(X, DEEP, None, **STEPS)[0]
    y = separable_conv2d(X, DEEP, POINT[None, None], B, **STEPS)[0]
    assert np.allclose(y, pointwise(z), rtol=1e-12)


@holds(
    "separable_conv2d.2",
    r"dz_{npqe} = \sum_f v_{ef} dy_{npqf}, \qquad dv_{ef} = \sum_{n,p,q} z_{npqe} dy_{npqf},"
    r" \qquad db_f = \sum_{n,p,q} dy_{npqf}",
)
def test_separable_backward():
    dz = np.einsum("ef,npqf->npqe", POINT, DY)
    dv = np.einsum("npqe,npqf->ef", Z, DY)
    assert agree(dz, gradient(lambda z: np.sum(DY * pointwise(z=z)), Z))
    assert agree(dv, gradient(lambda v: np.sum(DY * pointwise(v=v)), POINT))
    assert agree(DY.sum(axis=(0, 1, 2)), gradient(lambda b: np.sum(DY * pointwise(b=b)), B))


# -- turned round: from outputs (p, q) to pixels (u, v) --

SMALL = RNG.normal(size=(N, P, Q, C))
BACK = RNG.normal(size=(KH, KW, F, C))
LARGE_DY = RNG.normal(size=(N, H, V, F))
TRANSPOSED = STEPS | {"output_padding": (0, 0)}


def transposed(x=SMALL, w=BACK, b=B):
    return conv2d_transpose(x, w, b, **TRANSPOSED)[0]


@holds(
    "conv2d_transpose.1",
    r"y_{nuvf} = b_f + \sum_{(p,i),(q,j) \to (u,v)} \sum_c w_{ijfc} \cdot x_{npqc}",
)
def test_transposed():
    y = np.empty((N, H, V, F))
    for n, u, v, f in every(*y.shape):
        y[n, u, v, f] = B[f] + sum(
            BACK[i, j, f, c] * SMALL[n, p, q, c]
            for p, q, i, j in every(P, Q, KH, KW)
            if at(p, q, i, j) == (u, v)
            for c in range(C)
        )
    assert np.allclose(transposed(), y, rtol=1e-12)


@holds(
    "conv2d_transpose.2",
    r"dx_{npqc} = \sum_{i,j,f} w_{ijfc} \cdot dy_{n, p s_1 + i d_1 - a_1, q s_2 + j d_2 - a_2, f}",
)
def test_transposed_by_a_pixel():
    dx = np.zeros_like(SMALL)
    for n, p, q, c in every(*SMALL.shape):
        dx[n, p, q, c] = sum(
            BACK[i, j, f, c] * pixel(LARGE_DY, n, *at(p, q, i, j), f)
            for i, j, f in every(KH, KW, F)
        )
    assert agree(dx, gradient(lambda x: np.sum(LARGE_DY * transposed(x=x)), SMALL))


@holds(
    "conv2d_transpose.3",
    r"dw_{ijfc} = \sum_{n,p,q} dy_{n, p s_1 + i d_1 - a_1, q s_2 + j d_2 - a_2, f} \cdot x_{npqc}",
)
def test_transposed_by_a_weight():
    dw = np.zeros_like(BACK)
    for i, j, f, c in every(*BACK.shape):
        dw[i, j, f, c] = sum(
            pixel(LARGE_DY, n, *at(p, q, i, j), f) * SMALL[n, p, q, c] for n, p, q in every(N, P, Q)
        )
    assert agree(dw, gradient(lambda w: np.sum(LARGE_DY * transposed(w=w)), BACK))


@holds(
    "conv2d_transpose.4",
    r"o = (n - 1) s + k' + q \text{ (valid)}, \qquad o = (n - 1) s + (k' \bmod 2) + q"
    r" \text{ (same)}",
)
def test_size_of_the_transposed():
    # A convolution leads back from o to n, and the sizes are the ones that Keras chooses.
    for n, s, k, d in every(6, 3, 4, 2):
        n, s, k, d = n + 1, s + 1, k + 1, d + 1
        extent = (k - 1) * d + 1
        for q in range(s):
            o = (n - 1) * s + extent + q
            assert transposed_size(n, k, s, "valid", q, d) == o
            assert windows(o, k, s, "valid", d).count == n
        o = (n - 1) * s + extent % 2 + (s - 1 if s > extent % 2 else 0)
        q = o - (n - 1) * s - extent % 2
        assert transposed_size(n, k, s, "same", q, d) == o
        assert o == 0 or windows(o, k, s, "same", d).count == -(-o // s)


def fits(p, size, extent, stride):
    return p * stride + extent <= size


@holds("windows.1", r"o = \left\lfloor \frac{n - k'}{s} \right\rfloor + 1")
def test_windows_inside():
    for n, k, s, d in every(12, 4, 4, 3):
        n, k, s, d = n + 1, k + 1, s + 1, d + 1
        extent = (k - 1) * d + 1
        if extent <= n:
            counted = sum(fits(p, n, extent, s) for p in range(n))
            assert (n - extent) // s + 1 == counted == windows(n, k, s, "valid", d).count


@holds(
    "windows.2",
    r"o = \left\lceil \frac{n}{s} \right\rceil, \qquad p = \max((o - 1) s + k' - n, 0)",
)
def test_windows_over_the_edge():
    for n, k, s, d in every(12, 4, 4, 3):
        n, k, s, d = n + 1, k + 1, s + 1, d + 1
        extent = (k - 1) * d + 1
        o = sum(p * s < n for p in range(n))  # one for every s pixels or part of them
        assert o == -(-n // s)
        # The least padding with which all o windows fit.
        padding = next(p for p in range(100) if fits(o - 1, n + p, extent, s))
        assert padding == max((o - 1) * s + extent - n, 0)
        laid = windows(n, k, s, "same", d)
        assert (laid.count, laid.before + laid.after) == (o, padding)
