"""Exercise 7.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    for shape, k in (((200, 300), 200), ((3, 5, 40, 60), 600)):
        w = np.asarray(answer.he_uniform(shape, np.random.default_rng(0)))
        assert w.shape == shape, f"the shape is {w.shape}, expected {shape}"
        assert abs(w.mean()) < 0.03 * w.std(), f"{shape}: the mean is not zero"
        assert abs(w.var() * k / 2 - 1) < 0.05, (
            f"{shape}: variance {w.var():.5f}, expected {2 / k:.5f}"
        )
        assert abs(w).max() <= np.sqrt(6 / k), f"{shape}: {abs(w).max():.3f} is out of bounds"
