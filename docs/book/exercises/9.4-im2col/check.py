"""Exercise 9.4: what must hold."""

import numpy as np

from minicnn.layers.conv2d import conv2d


def check(answer):
    """Raise AssertionError with a hint unless the answer is right."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 6, 5, 3)), rng.normal(size=(2, 2, 3, 4))
    columns = answer.im2col(x, 2, 2)
    assert columns.shape == (2 * 5 * 4, 12), f"im2col: the shape is {columns.shape}"
    y = (columns @ w.reshape(12, 4)).reshape(2, 5, 4, 4)
    expected, _ = conv2d(x, w, None)
    assert np.allclose(y, expected), "im2col: its product with the filters is not the convolution"
    z = rng.normal(size=columns.shape)
    dx = answer.col2im(z, x.shape, 2, 2)
    assert np.shape(dx) == x.shape, f"col2im: the shape is {np.shape(dx)}"
    assert np.isclose((z * columns).sum(), (dx * x).sum()), "col2im is not the adjoint: see (9.4)"
    assert np.allclose(dx.sum(), z.sum()), "col2im: every copy must be added once"
