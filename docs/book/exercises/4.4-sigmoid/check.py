"""Exercise 4.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    x = np.array([-1000.0, -2.0, 0.0, 1.0, 1000.0])
    with np.errstate(over="raise", invalid="raise"):
        try:
            y = answer.sigmoid(x)
        except FloatingPointError as error:
            raise AssertionError(f"{error}: keep the exponent negative") from error
    expected = [0, 1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-1)), 1]
    assert np.allclose(y, expected, rtol=1e-12), f"the outputs are {y}"
    dx = answer.sigmoid_backward(np.full(5, 3.0), np.array(expected))
    numeric = [(1 / (1 + np.exp(-v - 1e-5)) - 1 / (1 + np.exp(-v + 1e-5))) / 2e-5 for v in x[1:4]]
    assert np.allclose(dx[1:4], 3 * np.array(numeric), atol=1e-8), f"the slopes are {dx}"
