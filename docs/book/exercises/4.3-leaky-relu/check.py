"""Exercise 4.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    x, dy = np.array([-2.0, -0.5, 0.0, 0.5, 2.0]), np.array([1.0, -3.0, 2.0, -1.0, 4.0])
    y = answer.leaky_relu(x, 0.1)
    assert np.allclose(y, [-0.2, -0.05, 0, 0.5, 2]), f"the outputs are {y}"
    dx = answer.leaky_relu_backward(dy, x, 0.1)
    assert np.isclose(dx[2], 0.2), f"at 0 the left slope counts, so dx is 0.2, not {dx[2]}"
    assert np.allclose(dx, [0.1, -0.3, 0.2, -1, 4]), f"the slopes are {dx}"
