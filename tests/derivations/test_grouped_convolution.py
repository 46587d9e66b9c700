"""The formulas of the grouped convolution as loops, and its derivatives by differences."""

import numpy as np
from numeric import agree, every, gradient
from tags import holds

from minicnn.layers.grouped_conv2d import grouped_conv2d
from minicnn.layers.windows import windows

#: Two groups of three channels and two filters.
N, H, V, C, F, G, KH, KW = 2, 5, 4, 6, 4, 2, 3, 2
S1, S2, D1, D2 = 2, 1, 1, 2
STEPS = {"groups": G, "strides": (S1, S2), "dilation_rate": (D1, D2), "padding": "same"}
ROWS, COLUMNS = windows(H, KH, S1, "same", D1), windows(V, KW, S2, "same", D2)
P, Q = ROWS.count, COLUMNS.count
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, H, V, C))
W, B = RNG.normal(size=(KH, KW, C // G, F)), RNG.normal(size=F)
DY = RNG.normal(size=(N, P, Q, F))


def at(p, q, i, j):
    return p * S1 + i * D1 - ROWS.before, q * S2 + j * D2 - COLUMNS.before


def pixel(n, p, q, i, j, c, f):
    """The number that a filter's weight meets: a channel of its group, zero outside the image."""
    u, v = at(p, q, i, j)
    inside = 0 <= u < H and 0 <= v < V
    return X[n, u, v, f * G // F * C // G + c] if inside else 0.0


def loss(x=X, w=W):
    return np.sum(DY * grouped_conv2d(x, w, B, **STEPS)[0])


@holds(
    "grouped_conv2d.1",
    r"y_{npqf} = b_f + \sum_{i,j,c} w_{ijcf} \cdot x_{n, p s_1 + i d_1 - a_1,"
    r" q s_2 + j d_2 - a_2, g_f C / G + c}, \qquad g_f = \lfloor f G / F \rfloor",
)
def test_grouped_convolution():
    y = np.empty((N, P, Q, F))
    for n, p, q, f in every(*y.shape):
        y[n, p, q, f] = B[f] + sum(
            W[i, j, c, f] * pixel(n, p, q, i, j, c, f) for i, j, c in every(KH, KW, C // G)
        )
    assert np.allclose(grouped_conv2d(X, W, B, **STEPS)[0], y, rtol=1e-12)


@holds(
    "grouped_conv2d.2",
    r"dx_{nuvc} = \sum_{(p,i),(q,j) \to (u,v)} \sum_{f \in g_c} w_{i, j, c - g_c C / G, f} \cdot"
    r" dy_{npqf}, \qquad g_c = \lfloor c G / C \rfloor",
)
def test_grouped_convolution_by_a_pixel():
    dx = np.zeros_like(X)
    for n, u, v, c in every(*X.shape):
        g = c * G // C
        dx[n, u, v, c] = sum(
            W[i, j, c - g * C // G, f] * DY[n, p, q, f]
            for p, q, i, j in every(P, Q, KH, KW)
            if at(p, q, i, j) == (u, v)
            for f in range(g * F // G, (g + 1) * F // G)
        )
    assert agree(dx, gradient(lambda x: loss(x=x), X))


@holds(
    "grouped_conv2d.3",
    r"dw_{ijcf} = \sum_{n,p,q} x_{n, p s_1 + i d_1 - a_1, q s_2 + j d_2 - a_2, g_f C / G + c}"
    r" \cdot dy_{npqf}",
)
def test_grouped_convolution_by_a_weight():
    dw = np.zeros_like(W)
    for i, j, c, f in every(*W.shape):
        dw[i, j, c, f] = sum(
            pixel(n, p, q, i, j, c, f) * DY[n, p, q, f] for n, p, q in every(N, P, Q)
        )
    assert agree(dw, gradient(lambda w: loss(w=w), W))
