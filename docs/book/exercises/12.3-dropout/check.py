"""Exercise 12.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    x, dy, keep = rng.normal(size=(4, 5)), rng.normal(size=(4, 5)), rng.random((4, 5)) >= 0.25
    y = answer.dropout(x, keep, 0.25)
    assert np.allclose(y[~keep], 0), "what is dropped must be 0"
    assert np.allclose(y[keep], x[keep] / 0.75), "what is kept is divided by the share kept, 0.75"
    dx = answer.dropout_backward(dy, keep, 0.25)
    assert np.isclose(np.sum(dy * y), np.sum(dx * x)), "backward must use the factors of forward"
    assert np.allclose(dx[~keep], 0), "a dropped input has no influence: its derivative is 0"
    none = np.zeros((4, 5), bool)
    assert np.array_equal(answer.dropout(x, none, 1), 0 * x), "a rate of 1 gives zeros"
