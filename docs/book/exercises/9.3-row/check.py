"""Exercise 9.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    for pixels, taps, stride in ((5, 3, 1), (7, 3, 2), (8, 2, 3)):
        x, w = rng.normal(size=pixels), rng.normal(size=taps)
        windows = np.arange(0, pixels - taps + 1, stride)[:, None] + np.arange(taps)
        dy = rng.normal(size=len(windows))

        def loss(x, w, windows=windows, dy=dy):
            return dy @ (x[windows] @ w)

        dx, dw = answer.convolve_row_backward(dy, x, w, stride)
        for name, got, change in (
            ("dx", dx, lambda step, x=x, w=w: loss(x + step, w)),
            ("dw", dw, lambda step, x=x, w=w: loss(x, w + step)),
        ):
            # The loss is linear in each of the two, so a step of 1 makes no error.
            slopes = [(change(one) - change(-one)) / 2 for one in np.eye(len(got))]
            assert np.allclose(got, slopes), f"{name}, {taps} taps, stride {stride}: {got}"
