"""Exercise 6.4: a step of Adam."""

import numpy as np

BETA_1, BETA_2, EPSILON = 0.999, 0.9, 1e-7


def adam_step(theta, m, v, g, t, eta):
    """Return the new theta, m and v by (6.11) to (6.16); t counts from 1."""
    m = BETA_1 * m + (1 - BETA_1) * g
    v = BETA_2 * v + (1 - BETA_2) * g**2
    alpha = eta * np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    return theta - alpha * m / (np.sqrt(v) + EPSILON), m, v
