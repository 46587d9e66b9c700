import math

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn import schedules
from minicnn.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

STEPS = [0, 1, 2, 3, 4, 7, 9, 10, 11, 14, 15, 99, 100, 999, 12_345, 10**6]

EXAMPLES = [
    ExponentialDecay(0.1, 10, 0.96),
    ExponentialDecay(0.1, 10, 0.5, staircase=True),
    ExponentialDecay(1e-3, 100_000, 1.2),
    CosineDecay(0.1, 10),
    CosineDecay(0.1, 1000, alpha=0.05),
    CosineDecay(0.01, 100, warmup_target=0.3, warmup_steps=10),
    CosineDecay(0.0, 7, alpha=0.2, warmup_target=0.1, warmup_steps=3),
    CosineDecay(0.1, 10, warmup_target=0.3),
    CosineDecay(0.1, 10, warmup_steps=5),
    InverseTimeDecay(0.1, 10, 0.5),
    InverseTimeDecay(0.1, 10, 0.5, staircase=True),
    PolynomialDecay(0.1, 100),
    PolynomialDecay(0.1, 12, 0.01, power=0.5),
    PolynomialDecay(0.1, 7, 0.01, power=2.0, cycle=True),
    PiecewiseConstantDecay([3, 10], [0.1, 0.05, 0.001]),
    PiecewiseConstantDecay([0], [1.0, 0.5]),
    CosineDecayRestarts(0.1, 10),
    CosineDecayRestarts(0.1, 7, t_mul=1.0, m_mul=0.9, alpha=0.1),
    CosineDecayRestarts(0.1, 4, t_mul=1.5, m_mul=0.8),
]

CLOSE = {"rtol": 1e-3, "atol": 1e-37}  # float32 ends there


@pytest.mark.parametrize("schedule", EXAMPLES)
def test_rates_are_kerass(schedule):
    keras = oracles.keras()
    oracle = keras.optimizers.schedules.deserialize(schedule.serialize())
    for step in STEPS:
        rate = schedule(step)
        assert isinstance(rate, float)
        # A few units in the last place of float32, of the cosine's largest value.
        bound = 1e-6 * abs(schedule(0)) + 1e-7 * (getattr(schedule, "warmup_target", 0) or 0)
        assert abs(rate - float(oracle(step))) <= max(bound, 1e-6 * rate)


@given(st.floats(1e-4, 1), st.integers(1, 50), st.floats(0.1, 1.5), st.integers(0, 200))
def test_exponential_decay_is_its_formula(rate, steps, factor, step):
    expected = rate * factor ** (step / steps)
    np.testing.assert_allclose(ExponentialDecay(rate, steps, factor)(step), expected, **CLOSE)
    stairs = rate * factor ** (step // steps)
    got = ExponentialDecay(rate, steps, factor, staircase=True)(step)
    np.testing.assert_allclose(got, stairs, **CLOSE)


@given(st.floats(0, 1), st.integers(1, 60), st.floats(0, 1), st.integers(0, 20), st.floats(0, 1))
def test_cosine_decay_is_its_formula(first, steps, alpha, warmup, target):
    schedule = CosineDecay(first, steps, alpha, warmup_target=target, warmup_steps=warmup)
    for step in range(0, 90, 7):
        if step < warmup:
            expected = first + (target - first) * step / warmup
        else:
            done = min((step - warmup) / steps, 1)
            expected = target * ((1 - alpha) * (1 + math.cos(math.pi * done)) / 2 + alpha)
        assert abs(schedule(step) - expected) < 1e-6


@pytest.mark.parametrize("schedule", EXAMPLES)
def test_config_makes_an_equal_schedule(schedule):
    assert schedules.get(schedule) is schedule
    again = schedules.get(schedule.serialize())
    assert type(again) is type(schedule)
    assert again.get_config() == schedule.get_config()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ExponentialDecay(0.1, 0, 0.9),
            r"decay_steps must .* in \[1, inf\), got 0",
        ),
        (
            lambda: CosineDecay(0.1, 1.5),
            "CosineDecay: decay_steps must be a whole number",
        ),
        (lambda: CosineDecay(-0.1, 1), "initial_learning_rate must be a number"),
        (lambda: CosineDecay(0.1, 1, warmup_steps=-1), "warmup_steps must be"),
        (lambda: ExponentialDecay.from_config({}), "missing 3 required positional arguments"),
        (lambda: schedules.get("poly"), "'poly' is unknown; .* CosineDecay, CosineDecayRes"),
        (
            lambda: PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
            "PiecewiseConstant: .* one value more",
        ),
        (lambda: PiecewiseConstantDecay([2, 1], [1, 2, 3]), r"boundaries must rise, got \[2, 1\]"),
        (lambda: PolynomialDecay(0.1, 10, power=0), "PolynomialDecay: power must be a number in"),
        (lambda: CosineDecayRestarts(0.1, 5, t_mul=0.5), "SGDRDecay: t_mul must be a number in"),
        (lambda: InverseTimeDecay(0.1, 0, 1), "InverseTimeDecay: decay_steps must be a whole"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_every_schedule_of_kerass_is_here():
    theirs = {name for name in dir(oracles.keras().optimizers.schedules) if name[0].isupper()}
    assert theirs == {name for name in schedules.__all__ if name[0].isupper()}


@given(st.integers(1, 20), st.floats(1.0, 3.0), st.integers(0, 100))
def test_cosine_restarts_are_cycles_one_after_another(first, longer, step):
    length, start = float(first), 0.0
    while step >= start + length * (1 - 1e-6):
        start, length = start + length, length * longer
    expected = 0.1 * (1 + math.cos(math.pi * max(0.0, (step - start) / length))) / 2
    got = CosineDecayRestarts(0.1, first, t_mul=longer)(step)
    beside = abs(step - start) < 1e-3 * length  # float32 may begin a cycle a little early or late
    assert abs(got - expected) < 1e-4 or (beside and got < 1e-4)


@pytest.mark.parametrize("schedule", EXAMPLES)
def test_an_array_of_steps_gives_an_array_of_rates(schedule):
    rates = schedule(np.array([STEPS, STEPS]))
    assert (rates.dtype, rates.shape) == ("float32", (2, len(STEPS)))
    np.testing.assert_array_equal(rates[1], np.float32([schedule(step) for step in STEPS]))
    assert type(schedule(np.int64(3))) is float
