"""Exercise 17.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    right_1 = np.array([True] * 40 + [False] * 60 + [True] * 700 + [False] * 200)
    right_2 = np.array([False] * 40 + [True] * 60 + [True] * 700 + [False] * 200)
    gain, deviation = answer.difference(right_1, right_2)
    assert np.isclose(gain, 0.02), f"the difference is {gain}, expected 0.02"
    assert np.isclose(deviation, np.sqrt((0.1 - 0.0004) / 1000)), (
        f"the standard deviation is {deviation:.4f}, expected 0.0100"
    )
