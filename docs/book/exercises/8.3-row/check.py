"""Exercise 8.3: what must hold."""

import numpy as np

from minicnn.layers.conv2d import conv2d


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    got = answer.convolve_row(np.array([1, 2, 0, 3, 1]), np.array([1, 0, -1]), 1, 0, 0)
    assert np.array_equal(got, [1, -1, -1]), f"the example of the page gives {got}"
    for taps, stride, before, after in ((3, 1, 1, 1), (2, 2, 0, 1), (4, 3, 1, 2), (3, 2, 0, 0)):
        x, w = rng.normal(size=8), rng.normal(size=taps)
        row = np.pad(x, (before, after))[None, None, :, None]
        expected = conv2d(row, w[None, :, None, None], None, strides=(1, stride))[0].ravel()
        got = answer.convolve_row(x, w, stride, before, after)
        case = f"{taps} taps, stride {stride}, zeros {before} and {after}"
        assert len(got) == len(expected), f"{case}: {len(got)} outputs, expected {len(expected)}"
        assert np.allclose(got, expected), f"{case}: {got}, expected {expected}"
