"""The formulas of the fast convolution: on a circle, with small complex matrices."""

import numpy as np
from numeric import agree, gradient
from tags import holds

N = 8  # pixels of the circle
RNG = np.random.default_rng(0)
X, W, DY = RNG.normal(size=N), RNG.normal(size=N), RNG.normal(size=N)
OMEGA = np.exp(-2j * np.pi / N)
#: B and G of (fast_conv2d.3), A of (fast_conv2d.4): all n x n.
B = OMEGA ** np.outer(np.arange(N), np.arange(N))
G = B.conj()
A = B.conj() / N


def correlation(x, w):
    return np.array([sum(w[i] * x[(p + i) % N] for i in range(N)) for p in range(N)])


@holds(
    "fast_conv2d.1",
    r"\hat x = B x, \qquad \hat w = G w, \qquad y = A (\hat x \odot \hat w)",
)
def test_three_maps_and_a_product():
    assert np.allclose(A @ ((B @ X) * (G @ W)), correlation(X, W), rtol=1e-12)


@holds(
    "fast_conv2d.2",
    r"\hat{dy} = A' dy, \qquad dx = B' (\hat{dy} \hat w'), \qquad dw = G' (\hat x' \hat{dy})",
)
def test_the_maps_turned_round():
    a, b, g = (matrix.conj().T for matrix in (A, B, G))  # adjoints
    dyh = a @ DY
    dx = b @ (dyh * (G @ W).conj())
    dw = g @ ((B @ X).conj() * dyh)
    assert np.allclose([dx.imag, dw.imag], 0, atol=1e-12)
    assert agree(dx.real, gradient(lambda x: DY @ correlation(x, W), X))
    assert agree(dw.real, gradient(lambda w: DY @ correlation(X, w), W))


@holds(
    "fast_conv2d.3",
    r"\hat x_q = \sum_j x_j \omega^{q j}, \qquad \hat w_q = \sum_j w_j \omega^{-q j}",
)
def test_transforms():
    for q in range(N):
        xq = sum(X[j] * OMEGA ** (q * j) for j in range(N))
        wq = sum(W[j] * OMEGA ** (-q * j) for j in range(N))
        yq = sum(one * OMEGA ** (q * p) for p, one in enumerate(correlation(X, W)))
        assert np.isclose(xq, np.fft.fft(X)[q])
        assert np.isclose(xq * wq, yq)  # the theorem


@holds("fast_conv2d.4", r"y_p = \frac1n \sum_q \hat y_q \omega^{-q p}")
def test_the_way_back():
    for p in range(N):
        back = sum(np.fft.fft(X)[q] * OMEGA ** (-q * p) for q in range(N)) / N
        assert np.isclose(back, X[p])
