"""Random arrays as guides for Keras draw them."""

import numpy as np
import pytest

import minicnn

random = minicnn.random


@pytest.mark.parametrize(
    ("draw", "mean", "spread"),
    [
        (lambda **seed: random.normal((40, 50), 3.0, 2.0, **seed), 3.0, 2.0),
        (lambda **seed: random.uniform((40, 50), minval=-1, maxval=2, **seed), 0.5, 12**0.5 / 4),
        (lambda **seed: random.randint((40, 50), 0, 4, **seed), 1.5, 1.25**0.5),
    ],
)
def test_they_have_the_shape_the_moments_and_a_seed(draw, mean, spread):
    values = draw(seed=1)
    assert values.shape == (40, 50)
    assert abs(values.mean() - mean) < 5 * spread / 2000**0.5
    assert abs(values.std() / spread - 1) < 0.1
    np.testing.assert_array_equal(values, draw(seed=1))
    minicnn.set_random_seed(2)
    first = draw()
    assert (draw() != first).any()
    minicnn.set_random_seed(2)
    np.testing.assert_array_equal(draw(), first)


def test_dtypes():
    assert random.normal((2, 3)).dtype == random.uniform([2, 3]).dtype == np.float32
    assert random.normal((2,), dtype="float64").dtype == np.float64
    assert random.randint((2,), 0, 3).dtype == np.int32
