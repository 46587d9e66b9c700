"""Exercise 6.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    theta, u = np.array([8.0, -8.0]), np.zeros(2)
    for expected in (4, 0, -2, -2, -1):  # the table of the page, and its mirror image
        before = theta.copy(), u.copy()
        new_theta, new_u = answer.momentum_step(theta, u, theta.copy(), 0.5, 0.5)
        assert np.array_equal(theta, before[0]), "theta has changed in place"
        assert np.array_equal(u, before[1]), "u has changed in place"
        theta, u = new_theta, new_u
        assert np.allclose(theta, [expected, -expected]), f"{theta[0]} instead of {expected}"
