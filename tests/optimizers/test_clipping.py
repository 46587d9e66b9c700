"""Gradients, cut to a norm of their own, to a value, or to a norm of all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.optimizers import SGD
from minicnn.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value


@given(st.floats(0.01, 10), st.integers(0, 8))
def test_clipping_shortens_to_the_norm_and_keeps_the_direction(clipnorm, size):
    g = np.random.default_rng(size).normal(size=size)
    clipped = clip_by_norm(g, clipnorm)
    norm = np.linalg.norm(g)
    np.testing.assert_allclose(np.linalg.norm(clipped), min(norm, clipnorm), rtol=1e-12)
    np.testing.assert_allclose(clipped * norm, g * np.linalg.norm(clipped), atol=1e-12)


def test_clipping_keeps_nan_and_large_numbers():
    assert np.isnan(clip_by_norm(np.array([np.nan, 1.0]), 1.0)).all()
    large = np.full(4, 1e25, np.float32)  # the square is no float32
    np.testing.assert_allclose(clip_by_norm(large, 1.0), np.full(4, 0.5), rtol=1e-6)


def test_values_are_cut_on_both_sides_and_nan_stays():
    g = np.array([-3.0, -0.5, 0.2, 4.0, np.nan], np.float32)
    clipped = clip_by_value(g, 1.0)
    np.testing.assert_array_equal(clipped, [-1, -0.5, np.float32(0.2), 1, np.nan])
    assert clipped.dtype == np.float32


@given(st.floats(0.01, 10))
def test_the_global_norm_is_one_norm_of_all(clipnorm):
    rng = np.random.default_rng(0)
    grads = {"a": rng.normal(size=(2, 3)), "b": rng.normal(size=4)}
    clipped = clip_by_global_norm(grads, clipnorm)
    whole, before = (np.concatenate([g.ravel() for g in d.values()]) for d in (clipped, grads))
    np.testing.assert_allclose(whole, clip_by_norm(before, clipnorm), rtol=1e-12)


def test_an_infinite_gradient_makes_all_nan():
    clipped = clip_by_global_norm({"a": np.array([np.inf]), "b": np.ones(2)}, 1.0)
    assert all(np.isnan(g).all() for g in clipped.values())


def test_the_gradients_given_to_a_step_stay_as_they_are():
    for options in ({"clipnorm": 0.1}, {"clipvalue": 0.1}, {"global_clipnorm": 0.1}):
        grads = {"a": np.full(3, 5.0)}
        SGD(1.0, **options).step({"a": np.zeros(3)}, grads)
        assert (grads["a"] == 5.0).all()


def test_clipping_can_be_changed_between_steps():
    optimizer, params, grads = SGD(1.0), {"a": np.zeros(1)}, {"a": np.full(1, 5.0)}
    for name in ("clipnorm", "clipvalue", "global_clipnorm"):
        setattr(optimizer, name, 0.5)
        params["a"][:] = 0
        optimizer.step(params, grads)
        assert params["a"] == -0.5
        setattr(optimizer, name, None)
