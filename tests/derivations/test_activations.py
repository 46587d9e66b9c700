"""The formulas of the activations: what they compute, and their slopes by differences."""

import math

import numpy as np
import sympy as sp
from numeric import agree, gradient, slope
from scipy.special import erf
from tags import holds

from minicnn.layers import activation_functions as af
from minicnn.layers.sigmoid import sigmoid
from minicnn.layers.softmax import softmax

#: On every piece of every activation, and on no kink.
X = np.array([-4.3, -3.1, -1.2, -0.3, 0.4, 1.7, 2.9, 3.3, 5.2, 7.1])
DY = np.linspace(-1, 2, len(X))
#: For the formulas whose slope has no kink: everything, symbolically.
x = sp.Symbol("x", real=True)
s_ = 1 / (1 + sp.exp(-x))


def same(ours, theirs):
    """Whether two expressions agree to 30 digits at a few points."""
    points = [sp.Rational(one, 10) for one in (-37, -12, 5, 31)]
    return all(abs(sp.N((ours - theirs).subs(x, one), 30)) < 1e-25 for one in points)


def computes(function, y):
    return np.allclose(function(X), sp.lambdify(x, y)(X), rtol=1e-14)


@holds("activations.1", r"y = \min(\max(x, 0), 6)")
def test_relu6():
    assert np.array_equal(af.relu6(X)[0], [min(max(one, 0), 6) for one in X])


@holds("activations.2", r"dx = dy \text{ if } 0 < x < 6, \qquad dx = 0 \text{ otherwise}")
def test_relu6_backward():
    assert agree(np.where((X > 0) & (X < 6), DY, 0), DY * slope(lambda z: af.relu6(z)[0], X))


def selu(z):
    below = 1.0507009873554805 * 1.6732632423543772 * (np.exp(z) - 1)
    return np.where(z >= 0, 1.0507009873554805 * z, below)


@holds(
    "activations.3",
    r"y = \lambda x \text{ if } x \ge 0, \qquad y = \lambda \alpha (e^x - 1) \text{ otherwise}",
)
def test_selu():
    assert np.allclose(af.selu(X), selu(X), rtol=1e-14)


@holds(
    "activations.4",
    r"y' = \lambda \text{ if } x \ge 0, \qquad y' = \lambda \alpha e^x \text{ otherwise}",
)
def test_selu_slope():
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    assert agree(np.where(X >= 0, scale, scale * alpha * np.exp(X)), slope(selu, X))


@holds(
    "activations.5",
    r"y = x \Phi(x), \qquad \Phi(x) = \tfrac12 \operatorname{erfc}(-x / \sqrt2)",
)
def test_gelu():
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    cdf = sp.erfc(-x / sp.sqrt(2)) / 2
    assert same(sp.diff(cdf, x), density)  # so it is the distribution function,
    assert sp.limit(cdf, x, sp.oo) == 1  # and not that plus a constant
    assert np.allclose(af.gelu(X), X * (1 + erf(X / math.sqrt(2))) / 2, rtol=1e-12)


tanh_u = sp.tanh(sp.sqrt(2 / sp.pi) * (x + sp.Rational("0.044715") * x**3))


@holds(
    "activations.6",
    r"\Phi(x) \approx \tfrac12 (1 + \tanh u), \qquad u = \sqrt{2 / \pi} (x + 0.044715 x^3)",
)
def test_gelu_approximately():
    cdf = sp.lambdify(x, (1 + tanh_u) / 2)
    z = np.linspace(-6, 6, 1000)
    assert np.abs(cdf(z) - (1 + erf(z / math.sqrt(2))) / 2).max() < 4e-4
    assert np.allclose(af.gelu(X, approximate=True), X * cdf(X), rtol=1e-12, atol=1e-15)


@holds(
    "activations.7",
    r"y' = \Phi(x) + x \varphi(x), \qquad \varphi(x) = \frac{1}{\sqrt{2\pi}} e^{-x^2 / 2}",
)
def test_gelu_slope():
    cdf = sp.erfc(-x / sp.sqrt(2)) / 2
    assert same(sp.diff(x * cdf, x), cdf + x * sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi))


@holds(
    "activations.8",
    r"\varphi(x) \approx \tfrac12 (1 - \tanh^2 u) \sqrt{2 / \pi} (1 + 0.134145 x^2)",
)
def test_gelu_slope_approximately():
    # It is exactly the slope of (activations.6), which is the approximation.
    density = (1 - tanh_u**2) / 2 * sp.sqrt(2 / sp.pi) * (1 + sp.Rational("0.134145") * x**2)
    assert same(sp.diff((1 + tanh_u) / 2, x), density)


@holds("activations.9", r"y = x \sigma(x)")
def test_silu():
    assert computes(af.silu, x * s_)


@holds("activations.10", r"y' = \sigma(x) \bigl(1 + x \sigma(-x)\bigr)")
def test_silu_slope():
    assert same(sp.diff(x * s_, x), s_ * (1 + x * s_.subs(x, -x)))


@holds("activations.11", r"y = \log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|})")
def test_softplus():
    assert same(sp.log(1 + sp.exp(x)), sp.Max(x, 0) + sp.log(1 + sp.exp(-sp.Abs(x))))
    assert computes(af.softplus, sp.log(1 + sp.exp(x)))


@holds("activations.12", r"y' = \sigma(x)")
def test_softplus_slope():
    assert same(sp.diff(sp.log(1 + sp.exp(x)), x), s_)


@holds("activations.13", r"y = x \tanh s, \qquad s = \log(1 + e^x)")
def test_mish():
    assert computes(af.mish, x * sp.tanh(sp.log(1 + sp.exp(x))))


@holds("activations.14", r"y' = \tanh s + x (1 - \tanh^2 s) \sigma(x)")
def test_mish_slope():
    t = sp.tanh(sp.log(1 + sp.exp(x)))
    assert same(sp.diff(x * t, x), t + x * (1 - t**2) * s_)


@holds("activations.15", r"y = \frac{x}{1 + |x|}")
def test_softsign():
    assert computes(af.softsign, x / (1 + sp.Abs(x)))


@holds("activations.16", r"y' = \frac{1}{(1 + |x|)^2}")
def test_softsign_slope():
    assert same(sp.diff(x / (1 + sp.Abs(x)), x), 1 / (1 + sp.Abs(x)) ** 2)


def h(z):
    return np.minimum(np.maximum(z + 3, 0), 6) / 6


@holds("activations.17", r"y = \min\bigl(\max(x + 3, 0), 6\bigr) / 6")
def test_hard_sigmoid():
    assert np.array_equal(af.hard_sigmoid(X), h(X))


@holds(
    "activations.18",
    r"y' = \tfrac16 \text{ if } -3 < x < 3, \qquad y' = 0 \text{ otherwise}",
)
def test_hard_sigmoid_slope():
    assert agree(np.where((X > -3) & (X < 3), 1 / 6, 0), slope(h, X))


@holds("activations.19", r"y = x h(x), \qquad h \text{ from (activations.17)}")
def test_hard_silu():
    assert np.allclose(af.hard_silu(X), X * h(X), rtol=1e-14)


@holds(
    "activations.20",
    r"y' = \tfrac{2x + 3}{6} \text{ if } -3 < x < 3, \qquad y' = h(x) \text{ otherwise}",
)
def test_hard_silu_slope():
    ours = np.where((X > -3) & (X < 3), (2 * X + 3) / 6, h(X))
    assert agree(ours, slope(lambda z: z * h(z), X))


@holds("activations.21", r"y = e^x")
def test_exponential():
    assert np.allclose(af.exponential(X)[0], [math.exp(one) for one in X], rtol=1e-14)


@holds("activations.22", r"dx = y dy")
def test_exponential_backward():
    assert agree(np.exp(X) * DY, DY * slope(np.exp, X))


def log_softmax(z):
    m = max(z)
    return z - m - math.log(sum(math.exp(one - m) for one in z))


@holds(
    "activations.23",
    r"y_i = x_i - m - \log \sum_j e^{x_j - m}, \qquad m = \max_j x_j",
)
def test_log_softmax():
    assert np.allclose(log_softmax(X), np.log(np.exp(X) / np.exp(X).sum()), rtol=1e-13)
    assert np.allclose(af.log_softmax(X[None])[0][0], log_softmax(X), rtol=1e-14)


@holds("activations.24", r"dx_i = dy_i - p_i \sum_j dy_j")
def test_log_softmax_backward():
    p = np.exp(X) / np.exp(X).sum()
    assert agree(DY - p * DY.sum(), gradient(lambda z: DY @ log_softmax(z), X))


@holds("sigmoid.1", r"y = \frac{1}{1 + e^{-x}}")
def test_sigmoid():
    assert computes(lambda z: sigmoid(z)[0], s_)


@holds("sigmoid.2", r"dx = y (1 - y) dy")
def test_sigmoid_backward():
    assert same(sp.diff(s_, x), s_ * (1 - s_))


@holds("tanh.1", r"y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}")
def test_tanh():
    assert same(sp.tanh(x), (sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x)))


@holds("tanh.2", r"dx = (1 - y^2) dy")
def test_tanh_backward():
    y = (sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x))
    assert same(sp.diff(y, x), 1 - y**2)


@holds("softmax.1", r"y_i = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}}, \qquad m = \max_j x_j")
def test_softmax():
    m = max(X)
    ours = [math.exp(one - m) / sum(math.exp(other - m) for other in X) for one in X]
    assert np.allclose(ours, np.exp(X) / np.exp(X).sum(), rtol=1e-13)
    assert np.allclose(softmax(X[None])[0][0], ours, rtol=1e-13)


@holds("softmax.2", r"dx_i = y_i \left(dy_i - \sum_j dy_j y_j\right)")
def test_softmax_backward():
    y = np.exp(X) / np.exp(X).sum()
    assert agree(y * (DY - DY @ y), gradient(lambda z: DY @ np.exp(z) / np.exp(z).sum(), X))
