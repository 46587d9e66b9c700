"""Exercise 3.3: what must hold."""

import numpy as np


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    dy = rng.normal(size=(5, 2))
    y = answer.dense(x, w, b)
    assert np.shape(y) == (5, 2), f"y has the shape {np.shape(y)}, expected (5, 2)"
    expected = [
        [b[f] + sum(x[n, k] * w[k, f] for k in range(3)) for f in range(2)] for n in range(5)
    ]
    assert np.allclose(y, expected), "y is not (3.1)"
    found = answer.dense_backward(dy, x, w)
    for name, array, slope in zip(["x", "w", "b"], [x, w, b], found, strict=True):
        assert np.shape(slope) == array.shape, (
            f"d{name} has the shape {np.shape(slope)}, expected {array.shape}"
        )
        for i in np.ndindex(array.shape):
            value, h, sums = array[i], 1e-5, []
            for moved in (value + h, value - h):
                array[i] = moved
                sums.append(np.sum(dy * answer.dense(x, w, b)))
            array[i] = value
            numeric = (sums[0] - sums[1]) / (2 * h)
            assert abs(slope[i] - numeric) < 1e-7, (
                f"d{name}{list(i)} is {slope[i]:.4f}, the difference says {numeric:.4f}"
            )
