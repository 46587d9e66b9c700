"""Exercise 1.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    x = np.random.default_rng(0).normal(size=(2, 3))
    before = x.copy()
    got = answer.slopes(lambda a: np.sum(a**3), x, 1e-3)
    assert np.array_equal(x, before), "x has changed: put every element back"
    assert np.shape(got) == x.shape, f"the shape is {np.shape(got)}, expected {x.shape}"
    # (1.5): the error of a cube's centred difference is h squared.
    assert np.allclose(got, 3 * x**2 + 1e-6, rtol=0, atol=1e-8), "these are not (1.4)"
