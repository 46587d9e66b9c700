"""Exercise 16.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    image = np.random.default_rng(0).random((4, 6))
    before, weights = image.copy(), np.zeros((4, 6))
    weights[2:, :2] = 1.0
    got = answer.hiding(lambda x: np.sum(weights * x), image, 2)
    assert np.array_equal(image, before), "image has changed: hide the square in a copy"
    assert got.shape == (2, 3), f"the shape is {got.shape}, expected (2, 3)"
    expected = np.zeros((2, 3))
    expected[1, 0] = before[2:, :2].sum() - 4 * before.mean()
    assert np.allclose(got, expected), "only the square at the bottom left has an influence here"
