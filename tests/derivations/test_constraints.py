"""The formulas of constraints: each gives the nearest of the allowed weights."""

import numpy as np
from tags import holds

from minicnn.constraints import EPSILON, MaxNorm, MinMaxNorm, NonNeg, UnitNorm

RNG = np.random.default_rng(0)
W = RNG.normal(size=(5, 40)) * np.geomspace(0.01, 10, 40)  # columns are the weights of a unit
OTHERS = RNG.normal(size=(2000, 5))
NORMS = np.linalg.norm(W, axis=0)


def nearest(found, allowed):
    """Whether none of the allowed vectors is nearer to a column of W than the one found."""
    distances = np.linalg.norm(allowed[:, :, None] - W, axis=1).min(axis=0)
    return (np.linalg.norm(found - W, axis=0) <= distances + 1.01 * EPSILON).all()


@holds("constraints.1", r"w \leftarrow w \frac{\min(|w|, c)}{|w| + \epsilon}")
def test_largest_norm():
    found = MaxNorm(1.5)(W)
    lengths = np.linalg.norm(found, axis=0)
    np.testing.assert_allclose(lengths, np.minimum(NORMS, 1.5), rtol=1e-4)
    allowed = OTHERS / np.maximum(1, np.linalg.norm(OTHERS, axis=1, keepdims=True) / 1.5)
    assert nearest(found, np.vstack([allowed, W.T[NORMS <= 1.5]]))


@holds("constraints.2", r"w \leftarrow \max(w, 0)")
def test_no_negative_weights():
    assert nearest(NonNeg()(W), np.vstack([np.abs(OTHERS), np.maximum(W.T, 0)]))
    assert (NonNeg()(W) >= 0).all()


@holds("constraints.3", r"w \leftarrow \frac{w}{|w| + \epsilon}")
def test_fixed_norm():
    found = UnitNorm()(W)
    np.testing.assert_allclose(found * (NORMS + EPSILON), W, rtol=1e-12)
    assert nearest(found, OTHERS / np.linalg.norm(OTHERS, axis=1, keepdims=True))


@holds(
    "constraints.4",
    r"w \leftarrow w \frac{r \min(\max(|w|, a), c) + (1 - r) |w|}{|w| + \epsilon}",
)
def test_norm_in_an_interval():
    found = MinMaxNorm(0.5, 1.5, rate=0.25)(W)
    goal = np.minimum(np.maximum(NORMS, 0.5), 1.5)
    lengths = np.linalg.norm(found, axis=0)
    np.testing.assert_allclose(lengths, NORMS + 0.25 * (goal - NORMS), rtol=1e-4)
    np.testing.assert_allclose(found / lengths, W / NORMS, rtol=1e-12)
    np.testing.assert_allclose(MinMaxNorm(0, 1.5)(W), MaxNorm(1.5)(W))
