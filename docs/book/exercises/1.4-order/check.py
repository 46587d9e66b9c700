"""Exercise 1.4: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""

    def forward(f, x, h):
        return (f(x + h) - f(x)) / h

    def centred(f, x, h):
        return (f(x + h) - f(x - h)) / (2 * h)

    for difference, expected in [(forward, 1), (centred, 2)]:
        got = answer.order(difference, np.exp, np.exp(0.5), 0.5)
        assert abs(got - expected) < 0.05, (
            f"{difference.__name__}: {got:.2f}, expected about {expected}"
        )
