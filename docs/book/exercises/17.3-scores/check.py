"""Exercise 17.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    labels = np.array([0] * 10 + [1] * 10)
    predicted = np.array([0] * 8 + [1] * 3 + [1] * 8 + [0])
    got = answer.scores(labels, predicted, 4)
    expected = [
        [8 / 9, 9 / 11, 0, 0],
        [8 / 10, 9 / 10, 0, 0],
        [16 / 19, 18 / 21, 0, 0],
    ]
    for name, one, right in zip(["precision", "recall", "F1"], got, expected, strict=True):
        assert np.allclose(one, right), f"{name} is {one}, expected {right}"
