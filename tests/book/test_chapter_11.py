"""The formulas of chapter 11, batch normalisation.

The derivatives are SymPy's, of the forward formulas; both sides are compared to 30 digits at a
rational point. Each step of the graph is differentiated with what comes before it held constant.
"""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.layers import BatchNormalization
from minicnn.layers.batch_normalization import batch_normalization

M = 4
x, dy = sp.symbols(f"x0:{M}", real=True), sp.symbols(f"dy0:{M}", real=True)
z = sp.symbols(f"z0:{M}", real=True)
gamma, beta, mu = sp.symbols("gamma beta mu", real=True)
epsilon, variance, s = sp.symbols("epsilon variance s", positive=True)
_numbers = [sp.Rational(k * k % 23 - 9, 7) for k in range(5, 5 + 3 * M)]
POINT = dict(zip((*x, *dy, *z), _numbers, strict=True)) | {
    gamma: sp.Rational(-5, 3),
    beta: sp.Rational(1, 4),
    mu: sp.Rational(2, 5),
    epsilon: sp.Rational(1, 9),
    variance: sp.Rational(7, 2),
    s: sp.Rational(3, 4),
}

# Forward, as a function of x.
MEAN = sum(x) / M
VARIANCE = sum((one - MEAN) ** 2 for one in x) / M
S = 1 / sp.sqrt(VARIANCE + epsilon)
XHAT = [(one - MEAN) * S for one in x]
LOSS = sum(g * (gamma * one + beta) for g, one in zip(dy, XHAT, strict=True))
DBETA = sum(dy)
DGAMMA = sum(g * one for g, one in zip(dy, XHAT, strict=True))
DX = [
    gamma / sp.sqrt(VARIANCE + epsilon) * (g - DBETA / M - one * DGAMMA / M)
    for g, one in zip(dy, XHAT, strict=True)
]


def equal(one, other):
    return abs(sp.N((one - other).subs(POINT), 40)) < 1e-30


def loss_of(z, s):
    """Return the loss as a function of the centred inputs and the inverse deviation."""
    return sum(g * (gamma * one * s + beta) for g, one in zip(dy, z, strict=True))


def inverse_deviation(z):
    return 1 / sp.sqrt(sum(one**2 for one in z) / M + epsilon)


def library(rng, **options):
    rows = rng.normal(3, 2, size=(6, 2))
    return rows, batch_normalization(rows, rng.normal(size=2), rng.normal(size=2), **options)


@holds(
    "11.1",
    r"\mu = \frac{1}{m} \sum_i x_i, \qquad \sigma^2 = \frac{1}{m} \sum_i (x_i - \mu)^2",
)
def test_mean_and_variance_are_those_of_the_library():
    rows, (_, (mean, spread), _) = library(np.random.default_rng(0), epsilon=0.1)
    assert np.allclose(mean, sum(rows) / 6)
    assert np.allclose(spread, sum((row - mean) ** 2 for row in rows) / 6)


@holds("11.2", r"\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}")
def test_normalised_inputs():
    rows = np.random.default_rng(0).normal(3, 2, size=(6, 2))
    theirs, (mean, spread), _ = batch_normalization(rows, None, None, epsilon=0.1)
    assert np.allclose(theirs, (rows - mean) / np.sqrt(spread + 0.1))
    assert equal(sum(XHAT), 0)
    assert equal(sum(one**2 for one in XHAT) / M, VARIANCE / (VARIANCE + epsilon))


@holds("11.3", r"y_i = \gamma \hat x_i + \beta")
def test_scale_and_shift():
    rows = np.random.default_rng(0).normal(3, 2, size=(6, 2))
    scale, shift = np.array([2.0, -1.0]), np.array([0.5, 3.0])
    plain, _, _ = batch_normalization(rows, None, None, epsilon=0.1)
    scaled, _, _ = batch_normalization(rows, scale, shift, epsilon=0.1)
    assert np.allclose(scaled, scale * plain + shift)


@holds("11.4", r"d\beta = \sum_i dy_i")
def test_shift():
    assert equal(sp.diff(LOSS, beta), sum(dy))


@holds("11.5", r"d\gamma = \sum_i dy_i \hat x_i")
def test_scale():
    assert equal(sp.diff(LOSS, gamma), sum(g * one for g, one in zip(dy, XHAT, strict=True)))


@holds("11.6", r"d\hat x_i = \gamma dy_i")
def test_normalised():
    loss = sum(g * (gamma * one + beta) for g, one in zip(dy, z, strict=True))
    for g, one in zip(dy, z, strict=True):
        assert equal(sp.diff(loss, one), gamma * g)


DXHAT = [gamma * g for g in dy]
DS = sum(g * one for g, one in zip(DXHAT, z, strict=True))


@holds("11.7", r"ds = \sum_i d\hat x_i z_i")
def test_inverse_deviation():
    assert equal(sp.diff(loss_of(z, s), s), DS)


@holds("11.8", r"d\sigma^2 = -\tfrac12 s^3 ds")
def test_variance():
    root = (variance + epsilon) ** sp.Rational(-1, 2)
    assert equal(sp.diff(loss_of(z, root), variance), -(root**3) * DS / 2)


def centred_gradient(z):
    """Return (11.9) for all i, from (11.6) to (11.8)."""
    inverse = inverse_deviation(z)
    ds = sum(g * one for g, one in zip(DXHAT, z, strict=True))
    dvariance = -(inverse**3) * ds / 2
    return [
        inverse * g + sp.Rational(2, M) * one * dvariance for g, one in zip(DXHAT, z, strict=True)
    ]


@holds("11.9", r"dz_i = s d\hat x_i + \frac{2}{m} z_i d\sigma^2")
def test_centred():
    loss = loss_of(z, inverse_deviation(z))
    for one, formula in zip(z, centred_gradient(z), strict=True):
        assert equal(sp.diff(loss, one), formula)


@holds(
    "11.10",
    r"d\mu = -\sum_i dz_i, \qquad dx_i = dz_i + \frac{1}{m} d\mu",
)
def test_mean_and_input():
    free = [one - mu for one in x]
    loss = loss_of(free, inverse_deviation(free))
    assert equal(sp.diff(loss, mu), -sum(centred_gradient(free)))
    dz = centred_gradient([one - MEAN for one in x])
    for one, g in zip(x, dz, strict=True):
        assert equal(sp.diff(LOSS, one), g - sum(dz) / M)


@holds(
    "11.11",
    r"dx_i = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}} "
    r"\left(dy_i - \frac{d\beta}{m} - \hat x_i \frac{d\gamma}{m}\right)",
)
def test_input_in_one_formula():
    for one, formula in zip(x, DX, strict=True):
        assert equal(sp.diff(LOSS, one), formula)


@holds("11.12", r"\sum_i dx_i = 0")
def test_no_part_along_a_constant():
    assert equal(sum(sp.diff(LOSS, one) for one in x), 0)


@holds(
    "11.13",
    r"\sum_i dx_i \hat x_i = \gamma s d\gamma \frac{\epsilon}{\sigma^2 + \epsilon}",
)
def test_little_part_along_the_normalised_input():
    part = sum(sp.diff(LOSS, one) * other for one, other in zip(x, XHAT, strict=True))
    assert equal(part, gamma * S * DGAMMA * epsilon / (VARIANCE + epsilon))


@holds("11.14", r"r_t = k r_{t-1} + (1 - k) v_t")
def test_running_statistics_are_those_of_the_library():
    layer = BatchNormalization(momentum=0.75, dtype="float64")
    layer.build((3,))
    running, rng = np.zeros(3), np.random.default_rng(0)
    for _ in range(3):
        rows = rng.normal(3, 2, size=(6, 3))
        layer.forward(rows, training=True)
        running = 0.75 * running + 0.25 * rows.mean(axis=0)
        assert np.allclose(running, layer.state["moving_mean"])


@holds("11.15", r"r_t = k^t r_0 + (1 - k^t) v")
def test_running_statistics_lag():
    k, first, v = sp.symbols("k r_0 v")
    running = first
    for t in range(1, 7):
        running = k * running + (1 - k) * v
        assert sp.expand(running - (k**t * first + (1 - k**t) * v)) == 0
