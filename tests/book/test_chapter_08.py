"""The formulas of chapter 8, convolution."""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.layers.conv2d import conv2d
from minicnn.layers.windows import windows

CASES = [(h, k, s) for h in range(1, 10) for k in range(1, 6) for s in range(1, 5)]


def places(padded, k, s):
    """Count windows of k at stride s that end within a row, one after the other."""
    count = 0
    while count * s + k <= padded:
        count += 1
    return count


def of_images(x, w, **options):
    """Convolve one image of one channel with the library."""
    return conv2d(x[None, :, :, None], w[:, :, None, None], None, **options)[0][0, :, :, 0]


@holds("8.1", r"y_p = \sum_{i=0}^{k-1} w_i x_{p+i}")
def test_convolution_of_a_row():
    x, w = np.random.default_rng(0).normal(size=(1, 9)), np.random.default_rng(1).normal(size=4)
    y = [sum(w[i] * x[0, p + i] for i in range(4)) for p in range(6)]
    assert np.allclose(y, of_images(x, w[None])[0])


@holds(
    "8.2",
    r"\begin{pmatrix} y_0 \cr y_1 \cr y_2 \end{pmatrix} = "
    r"\begin{pmatrix} w_0 & w_1 & w_2 & 0 & 0 \cr 0 & w_0 & w_1 & w_2 & 0 \cr "
    r"0 & 0 & w_0 & w_1 & w_2 \end{pmatrix} "
    r"\begin{pmatrix} x_0 \cr x_1 \cr x_2 \cr x_3 \cr x_4 \end{pmatrix}",
)
def test_convolution_is_a_matrix():
    w0, w1, w2 = w = sp.symbols("w0:3")
    x = sp.symbols("x0:5")
    matrix = sp.Matrix([[w0, w1, w2, 0, 0], [0, w0, w1, w2, 0], [0, 0, w0, w1, w2]])
    y = [sum(w[i] * x[p + i] for i in range(3)) for p in range(3)]
    assert matrix * sp.Matrix(x) == sp.Matrix(y)


@holds("8.3", r"(x * w)(t) = \sum_{i} w(i) x(t - i)")
def test_true_convolution_flips_and_commutes():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=7), rng.normal(size=3)

    def convolution(x, w):
        return [
            sum(w[i] * x[t - i] for i in range(len(w)) if 0 <= t - i < len(x))
            for t in range(len(x) + len(w) - 1)
        ]

    assert np.allclose(convolution(x, w), np.convolve(x, w))
    assert np.allclose(convolution(x, w), convolution(w, x))
    assert np.allclose(convolution(x, w)[2:7], of_images(x[None], w[None, ::-1])[0])


@holds("8.4", r"y_{pq} = \sum_{i=0}^{k-1} \sum_{j=0}^{k-1} w_{ij} x_{p+i, q+j}")
def test_convolution_of_an_image():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 6)), rng.normal(size=(3, 3))
    y = [
        [sum(w[i, j] * x[p + i, q + j] for i in range(3) for j in range(3)) for q in range(4)]
        for p in range(3)
    ]
    assert np.allclose(y, of_images(x, w))


@holds("8.5", r"o = \left\lfloor \frac{a + h + e - k}{s} \right\rfloor + 1")
def test_size_of_the_output():
    for h, k, s in CASES:
        for a, e in ((0, 0), (1, 2), (2, 2)):
            if a + h + e >= k:
                assert (a + h + e - k) // s + 1 == places(a + h + e, k, s)
        if h >= k:
            assert windows(h, k, s, "valid") == ((h - k) // s + 1, 0, 0)


@holds(
    "8.6",
    r"a + e = \max((o - 1) s + k - h, 0), "
    r"\qquad a = \left\lfloor \frac{a + e}{2} \right\rfloor",
)
def test_same_pads_as_little_as_gives_the_size():
    for h, k, s in CASES:
        o = -(-h // s)
        total = max((o - 1) * s + k - h, 0)
        assert places(h + total, k, s) >= o
        assert total == 0 or places(h + total - 1, k, s) < o
        assert windows(h, k, s, "same") == (o, total // 2, total - total // 2)


@holds(
    "8.7",
    r"y_{npqf} = b_f + \sum_{i,j,c} w_{ijcf} x_{n, p s + i - a, q s + j - a, c}",
)
def test_the_whole_layer():
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 5, 5, 3)), rng.normal(size=(3, 3, 3, 2)), rng.normal(size=2)
    for s, a in ((1, 1), (2, 1)):
        expected, _ = conv2d(x, w, b, strides=(s, s), padding="same")
        assert windows(5, 3, s, "same").before == a
        y = np.zeros(expected.shape)
        for n, p, q, f in np.ndindex(*y.shape):
            y[n, p, q, f] = b[f]
            for i, j, c in np.ndindex(3, 3, 3):
                row, column = p * s + i - a, q * s + j - a
                if 0 <= row < 5 and 0 <= column < 5:
                    y[n, p, q, f] += w[i, j, c, f] * x[n, row, column, c]
        assert np.allclose(y, expected)
