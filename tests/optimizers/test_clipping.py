"""The norm of a gradient, cut to a length."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.optimizers.clipping import clip_by_norm


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
