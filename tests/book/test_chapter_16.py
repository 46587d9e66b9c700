"""The formulas of chapter 16: Grad-CAM and the receptive field."""

import numpy as np
import sympy as sp
from tags import holds

from minicnn.fer.evaluation.grad_cam import grad_cam

SHAPE = (2, 3, 2)
a = {place: sp.Symbol("a{}{}{}".format(*place)) for place in np.ndindex(SHAPE)}
delta = sp.Symbol("delta")


def score(values):
    """Return some smooth function of all values."""
    return sp.sin(sum((n + 1) * one for n, one in enumerate(values))) + values[0] * values[-1]


@holds(
    "16.1",
    r"z(a + \delta) \approx z(a) + \delta \sum_{i,j} \frac{\partial z}{\partial a_{ijk}}",
)
def test_the_slope_by_a_whole_map_is_the_sum_of_slopes():
    raised = score([one + (delta if place[2] == 1 else 0) for place, one in a.items()])
    slopes = sum(sp.diff(score(list(a.values())), one) for place, one in a.items() if place[2] == 1)
    assert sp.simplify(sp.diff(raised, delta).subs(delta, 0) - slopes) == 0


RNG = np.random.default_rng(0)
MAPS, SLOPES = RNG.normal(size=(1, 2, 3, 4)), RNG.normal(size=(1, 2, 3, 4))


@holds("16.2", r"\alpha_k = \frac{1}{h w} \sum_{i,j} \frac{\partial z}{\partial a_{ijk}}")
def test_the_weight_of_a_map_is_its_mean_slope():
    # With one map that is 1 everywhere, the result is its weight, if positive.
    ones = np.ones((1, 2, 3, 1))
    for k in range(4):
        alpha = SLOPES[0, :, :, k].sum() / 6
        assert np.allclose(grad_cam(ones, SLOPES[..., k : k + 1]), max(alpha, 0))


@holds("16.3", r"M_{ij} = \max \Big( 0, \sum_k \alpha_k a_{ijk} \Big)")
def test_the_map():
    alpha = [SLOPES[0, :, :, k].mean() for k in range(4)]
    for i, j in np.ndindex(2, 3):
        value = max(0, sum(alpha[k] * MAPS[0, i, j, k] for k in range(4)))
        assert np.isclose(grad_cam(MAPS, SLOPES)[0, i, j], value)


@holds(
    "16.4",
    r"z = b + \sum_k v_k \frac{1}{h w} \sum_{i,j} a_{ijk}"
    r" = b + \frac{1}{h w} \sum_{i,j} \sum_k v_k a_{ijk}",
)
def test_after_a_mean_and_a_dense_layer_each_place_has_its_share():
    b, v = sp.Symbol("b"), sp.symbols("v0:2")
    left = b + sum(v[k] * sum(a[i, j, k] for i, j in np.ndindex(2, 3)) / 6 for k in range(2))
    right = b + sum(sum(v[k] * a[i, j, k] for k in range(2)) for i, j in np.ndindex(2, 3)) / 6
    assert sp.expand(left - right) == 0
    assert sp.diff(left, a[1, 2, 0]) == v[0] / 6


@holds("16.5", r"R \leftarrow R + (f - 1) J, \quad J \leftarrow s J")
def test_the_receptive_field_by_following_the_inputs():
    layers, seen = [(3, 1), (2, 2), (5, 1), (2, 2), (3, 1)], [{p} for p in range(200)]
    field = jump = 1
    for f, s in layers:
        windows = range(0, len(seen) - f + 1, s)
        seen = [set().union(*seen[start : start + f]) for start in windows]
        field, jump = field + (f - 1) * jump, s * jump
        assert max(seen[5]) - min(seen[5]) + 1 == field
        assert min(seen[6]) - min(seen[5]) == jump
