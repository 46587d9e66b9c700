"""Exercise 7.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    for slope in (0.0, 0.3, 1.0):
        signal = rng.normal(size=(400, 300))
        for _ in range(6):
            w = rng.normal(0, np.sqrt(answer.leaky_variance(300, slope)), (300, 300))
            y = signal @ w
            signal = np.where(y > 0, y, slope * y)
        size = np.mean(signal**2)
        assert 0.8 < size < 1.25, (
            f"slope {slope}: six layers turn a mean square of 1 into {size:.2f}"
        )
