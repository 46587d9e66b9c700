"""Exercise 13.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""

    def near(a, b, expected, hint):
        got = answer.error(np.array(a), np.array(b))
        assert np.isclose(got, expected, equal_nan=True), f"{hint}: {got}, expected {expected}"

    near([1.0, -3.0], [1.0, -4.0], 0.25, "one element is off by 1 of 4")
    near([1.0, -4.0], [1.0, -3.0], 0.25, "the other way round")
    near([1.0, 1e-9], [1.0, 2e-9], 0.0, "a tiny element has no exact digits")
    near([0.0, 0.0], [0.0, 0.0], 0.0, "both are zero")
    near([0.0, 0.0], [0.0, 2.0], 1.0, "only the claim is zero")
    near([np.nan, 1.0], [1.0, 1.0], np.nan, "NaN must show")
