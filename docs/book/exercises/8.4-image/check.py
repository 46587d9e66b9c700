"""Exercise 8.4: what must hold."""

import numpy as np

from minicnn.layers.conv2d import conv2d


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    for image, filters in (((2, 5, 5, 1), (3, 3, 1, 1)), ((3, 7, 6, 2), (2, 3, 2, 4))):
        x, w, b = rng.normal(size=image), rng.normal(size=filters), rng.normal(size=filters[3])
        expected, _ = conv2d(x, w, b)
        try:
            got = answer.convolve(x, w, b)
        except ValueError as error:
            raise AssertionError(f"images {image}, filters {filters}: {error}") from error
        assert got.shape == expected.shape, f"the shape is {got.shape}, expected {expected.shape}"
        assert np.allclose(got, expected), f"images {image}, filters {filters}: wrong numbers"
