import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import conv2d_transpose as file
from minicnn.kernels.conv2d import conv2d_backward_reference, conv2d_reference
from minicnn.layers.windows import window_geometry

SIZE, SMALL = st.integers(1, 9), st.integers(1, 3)
PAIR = st.tuples(SMALL, SMALL)


@given(
    st.tuples(SMALL, SIZE, SIZE, SMALL),
    PAIR,
    SMALL,
    PAIR,
    PAIR,
    st.sampled_from([np.float32, np.float64]),
)
def test_it_is_the_adjoint_of_a_convolution(shape, taps, channels, strides, dilation, dtype):
    geometry = window_geometry(shape[1:3], taps, strides, "same", dilation)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(shape[0], *geometry.output, channels)).astype(dtype)
    dy = rng.normal(size=shape).astype(dtype)
    w = rng.normal(size=(*taps, shape[3], channels)).astype(dtype)
    y = file.conv2d_transpose(x, w, geometry, shape[1:3])
    dx, dw = file.conv2d_transpose_backward(dy, x, w, geometry)
    expected, expected_dw = conv2d_backward_reference(x, dy, w, geometry)
    # Sums of up to 243 products, each up to about 10.
    tolerance = 10 * 243 * np.finfo(dtype).eps
    for ours, slow in (
        (y, expected),
        (dx, conv2d_reference(dy, w, geometry)),
        (dw, expected_dw),
    ):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, slow, rtol=0, atol=tolerance)
