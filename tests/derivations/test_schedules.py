"""The formulas of the schedules, in float64; the library computes in float32, as Keras does."""

import math

import numpy as np
from tags import holds

from minicnn.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

FIRST, LAST, T, F = 0.4, 0.05, 20, 0.3
STEPS = range(0, 60, 3)


def follows(schedule, formula, steps=STEPS):
    return np.allclose([schedule(t) for t in steps], [formula(t) for t in steps], rtol=1e-5)


@holds("schedules.1", r"\eta(t) = \eta_0 f^{ t / T}")
def test_exponential():
    assert follows(ExponentialDecay(FIRST, T, F), lambda t: FIRST * F ** (t / T))
    assert follows(ExponentialDecay(FIRST, T, F, staircase=True), lambda t: FIRST * F ** (t // T))


def cosine(t, height, alpha):
    return height * ((1 - alpha) * (1 + math.cos(math.pi * min(t / T, 1))) / 2 + alpha)


@holds("schedules.2", r"\eta(t) = \eta_0 + (\eta_w - \eta_0) \frac{t}{W}")
def test_warm_up():
    schedule = CosineDecay(LAST, T, warmup_target=FIRST, warmup_steps=10)
    assert follows(schedule, lambda t: LAST + (FIRST - LAST) * t / 10, range(10))


@holds(
    "schedules.3",
    r"\eta(t) = r \left( (1 - \alpha) \frac{1 + \cos\left(\pi \min(t / T, 1)\right)}{2} + \alpha"
    r" \right)",
)
def test_cosine():
    assert follows(CosineDecay(FIRST, T, alpha=0.1), lambda t: cosine(t, FIRST, 0.1))
    after = CosineDecay(LAST, T, alpha=0.1, warmup_target=FIRST, warmup_steps=10)
    assert follows(after, lambda t: cosine(t - 10, FIRST, 0.1), range(10, 60))


@holds("schedules.4", r"\eta(t) = \frac{\eta_0}{1 + f t / T}")
def test_inverse_time():
    assert follows(InverseTimeDecay(FIRST, T, F), lambda t: FIRST / (1 + F * t / T))
    steps = InverseTimeDecay(FIRST, T, F, staircase=True)
    assert follows(steps, lambda t: FIRST / (1 + F * (t // T)))


@holds(
    "schedules.5",
    r"\eta(t) = (\eta_0 - \eta_1) \left(1 - \frac tT\right)^p + \eta_1",
)
def test_power():
    def power(t, end):
        return (FIRST - LAST) * (1 - t / end) ** 1.5 + LAST

    assert follows(PolynomialDecay(FIRST, T, LAST, 1.5), lambda t: power(min(t, T), T))
    cycles = PolynomialDecay(FIRST, T, LAST, 1.5, cycle=True)
    assert follows(cycles, lambda t: power(t, T * max(1, math.ceil(t / T))))


@holds("schedules.6", r"\eta(t) = v_k \quad \text{for } b_{k-1} < t \le b_k")
def test_constants():
    schedule = PiecewiseConstantDecay([5, 9], [0.3, 0.2, 0.1])
    assert follows(schedule, lambda t: 0.3 if t <= 5 else 0.2 if t <= 9 else 0.1, range(15))


M, H, ALPHA = 2.0, 0.5, 0.1


def cycle(t):
    """Count the cycles, of m^i T steps each, and what is done of the last one."""
    i, start = 0, 0.0
    while t >= start + M**i * T:
        start += M**i * T
        i += 1
    return i, (t - start) / (M**i * T)


@holds(
    "schedules.7",
    r"i = \left\lfloor \frac{\log (1 + (m - 1) t / T)}{\log m} \right\rfloor, \qquad S_i ="
    r" \frac{m^i - 1}{m - 1}",
)
def test_number_of_the_cycle():
    for t in range(1, 500):
        if (1 + t / T) != 2 ** round(math.log2(1 + t / T)):  # at an edge the logarithm is rounded
            i = math.floor(math.log(1 + (M - 1) * t / T) / math.log(M))
            assert i == cycle(t)[0]
            assert (M**i - 1) / (M - 1) == sum(M**k for k in range(i))


@holds("schedules.8", r"f = \frac{t / T - S_i}{m^i}")
def test_done_of_the_cycle():
    for t in range(500):
        i, done = cycle(t)
        assert np.isclose((t / T - (M**i - 1) / (M - 1)) / M**i, done)


@holds(
    "schedules.9",
    r"\eta(t) = \eta_0 \left( (1 - \alpha) h^i \frac{1 + \cos \pi f}{2} + \alpha \right)",
)
def test_restarts():
    def formula(t):
        i, f = cycle(t)
        return FIRST * ((1 - ALPHA) * H**i * (1 + math.cos(math.pi * f)) / 2 + ALPHA)

    schedule = CosineDecayRestarts(FIRST, T, M, H, ALPHA)
    inside = [t for t in range(200) if cycle(t)[1] > 0]  # at an edge float32 decides
    assert follows(schedule, formula, inside)
