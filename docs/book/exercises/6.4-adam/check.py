"""Exercise 6.4: what must hold."""

import numpy as np

from minicnn.optimizers import Adam


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    theta, m, v = rng.normal(size=4), np.zeros(4), np.zeros(4)
    library, optimizer = {"theta": theta.copy()}, Adam(0.1)
    for t in range(1, 6):
        g = rng.normal(size=4) * [1e-3, 1, 10, 1e3]
        theta, m, v = answer.adam_step(theta, m, v, g, t, 0.1)
        optimizer.step(library, {"theta": g})
        # The library rounds the decay rates to float32, as Keras does.
        close = np.allclose(theta, library["theta"], rtol=0, atol=1e-4)
        assert close, f"step {t}: {theta} instead of {library['theta']}"
