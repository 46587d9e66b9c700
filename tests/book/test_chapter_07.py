"""The formulas of chapter 7, variance and initialisation."""

from itertools import product

import numpy as np
import sympy as sp
from tags import holds

from minicnn import initializers

a, k, f, w, z, scale = sp.symbols("a k f w z scale", positive=True)


def mean(values):
    return sp.Add(*values) / len(values)


def drawn_variance(name, shape):
    return initializers.get(name)(shape, "float64", 0).var()


@holds("7.1", r"V[X] = E\left[(X - E[X])^2\right] = E[X^2] - E[X]^2")
def test_variance_by_moments():
    x, chances = sp.symbols("x1:4"), sp.symbols("p1:3")
    chances = (*chances, 1 - sum(chances))

    def expectation(values):
        return sum(p * value for p, value in zip(chances, values, strict=True))

    middle = expectation(x)
    spread = expectation([(one - middle) ** 2 for one in x])
    assert sp.expand(spread - (expectation([one**2 for one in x]) - middle**2)) == 0


@holds("7.2", r"E[y^2] = k V[w] E[x^2]")
def test_mean_square_of_a_unit():
    # Weights of two or three values with mean 0, all combinations equally likely; the inputs are
    # any numbers, so their dependence does not matter.
    x = sp.symbols("x1:4")
    for values in ([scale, -scale], [2 * scale, -scale, -scale]):
        weights = product(values, repeat=3)
        outputs = [sum(p * q for p, q in zip(one, x, strict=True)) for one in weights]
        variance = mean([value**2 for value in values])
        expected = 3 * variance * mean([one**2 for one in x])
        assert sp.expand(mean([y**2 for y in outputs]) - expected) == 0


@holds("7.3", r"V[w] = \frac{1}{k}")
def test_lecun_keeps_the_signal():
    assert sp.simplify(k * (1 / k)) == 1
    assert abs(drawn_variance("lecun_normal", (300, 500)) * 300 - 1) < 0.02


@holds("7.4", r"E\left[\max(y, 0)^2\right] = \tfrac12 E[y^2]")
def test_relu_keeps_half():
    sizes = sp.symbols("y1:4", positive=True)
    outputs = [sign * size for size in sizes for sign in (1, -1)]
    kept = mean([sp.Max(y, 0) ** 2 for y in outputs])
    assert sp.expand(kept - mean([y**2 for y in outputs]) / 2) == 0


@holds("7.5", r"V[w] = \frac{2}{k}")
def test_he_keeps_the_signal_of_relu_layers():
    variance = sp.symbols("variance")
    assert sp.solve(k * variance / 2 - 1, variance) == [2 / k]
    assert abs(drawn_variance("he_normal", (300, 500)) * 300 / 2 - 1) < 0.02


@holds("7.6", r"V[w] = \frac{1}{(k + f) / 2} = \frac{2}{k + f}")
def test_glorot_is_between_both_directions():
    variance = 2 / (k + f)
    assert sp.simplify(1 / variance - (k + f) / 2) == 0
    assert abs(drawn_variance("glorot_uniform", (300, 500)) * 800 / 2 - 1) < 0.02


@holds(
    "7.7",
    r"V[w] = \int_{-a}^{a} \frac{w^2}{2 a} dw = \frac{1}{2 a} \cdot \frac{2 a^3}{3} "
    r"= \frac{a^2}{3}",
)
def test_variance_of_uniform_numbers():
    assert sp.integrate(w**2 / (2 * a), (w, -a, a)) == a**2 / 3
    largest = abs(initializers.get("glorot_uniform")((300, 500), "float64", 0)).max()
    assert 0.999 < largest / np.sqrt(6 / 800) < 1


@holds(
    "7.8",
    r"V[z] = \frac{1}{P} \int_{-2}^{2} z^2 \varphi(z) dz = 1 - \frac{4 \varphi(2)}{P}",
)
def test_variance_of_cut_normal_numbers():
    density = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    kept = sp.integrate(density, (z, -2, 2))
    variance = sp.integrate(z**2 * density, (z, -2, 2)) / kept
    assert sp.simplify(variance - (1 - 4 * density.subs(z, 2) / kept)) == 0
    drawn = initializers.random_values.cut_normal(np.random.default_rng(0), (200_000,))
    assert abs(drawn.var() / float(variance) - 1) < 0.01
