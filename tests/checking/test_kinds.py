"""Each kind of mistake leaves its trace in the numbers."""

import numpy as np
import pytest

from minicnn.checking.kinds import KINDS, likely_kind

RNG = np.random.default_rng(0)
B = RNG.normal(size=(4, 4, 4, 3))
KEEP = RNG.random(B.shape) < 0.5
OTHER = RNG.random(B.shape) < 0.5
MOST = RNG.random(B.shape) < 0.9


def spread(a):
    return np.broadcast_to(a, B.shape)


@pytest.mark.parametrize(
    ("analytic", "numeric", "kind"),
    [
        (B * np.nan, B, "not a number"),
        (B * 0, B, "always zero"),
        (-B, B, "wrong sign"),
        (2 * B, B, "factor of 2"),
        (-B / 2, B, "factor of 2"),
        (0.7 * B, B, "constant ratio"),
        (B.swapaxes(0, 1), B, "transposed"),
        (B[::-1, ::-1], B, "flipped"),
        (np.roll(B, 1, axis=1), B, "shifted"),
        (B, B * KEEP, "mask not applied"),
        (3 * B, B * KEEP, "mask not applied"),
        (B * OTHER, B * KEEP, "wrong mask"),
        (B * KEEP, B, "part missing"),
        (3 * B * MOST, B, "part missing"),
        (spread(B.sum(axis=3, keepdims=True)), B, "wrong axis"),
        (spread(B.max(axis=3, keepdims=True)), B, "wrong axis"),
        (B * [1.0, 2.0, 3.0], B, "missing factor"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_traces(analytic, numeric, kind):
    assert kind in KINDS
    assert likely_kind(analytic, numeric).kind == kind


def test_a_ratio_says_where_it_comes_from():
    guess = likely_kind(B / 6, B, counts={"samples": 6})
    assert guess.kind == "constant ratio"
    assert "1/6, and there are 6 samples: a mean instead of a sum" in guess.why


def test_samples_are_neither_exchanged_nor_reversed():
    assert likely_kind(B[::-1], B, batch_axis=True) is None
    assert likely_kind(B[::-1], B).kind == "flipped"


def test_noise_speaks_for_nothing():
    assert likely_kind(RNG.normal(size=B.shape), B) is None
    assert likely_kind(B, np.zeros_like(B)) is None
