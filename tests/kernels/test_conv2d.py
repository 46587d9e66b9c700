import numpy as np
import pytest
from convolutions import geometry_of
from hypothesis import given
from hypothesis import strategies as st

from minicnn.kernels import conv2d as kernel
from minicnn.layers.windows import windows

SIZE, SMALL = st.integers(1, 8), st.integers(1, 3)
PAIR = st.tuples(SMALL, SMALL)


@given(
    st.tuples(st.integers(1, 4), SIZE, SIZE, SMALL),
    PAIR,
    PAIR,
    PAIR,
    st.sampled_from(["valid", "same"]),
    st.sampled_from([np.float32, np.float64]),
    st.integers(1, 4000),
)
def test_fast_is_the_reference_and_backward_its_adjoint(
    shape, taps, strides, dilation, padding, dtype, column_bytes
):
    if padding == "valid":
        taps = tuple(
            min(k, (size - 1) // d + 1)
            for k, size, d in zip(taps, shape[1:3], dilation, strict=True)
        )
    laid = [
        windows(size, k, s, padding, d)
        for size, k, s, d in zip(shape[1:3], taps, strides, dilation, strict=True)
    ]
    before, output = tuple(w.before for w in laid), tuple(w.count for w in laid)
    geometry = kernel.Geometry(taps, strides, dilation, before, output)
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(dtype)
    w = rng.normal(size=(*taps, shape[3], 2)).astype(dtype)
    normal = kernel.SHARED_BYTES
    kernel.SHARED_BYTES = column_bytes  # so that the images fall into several blocks
    try:
        y = kernel.conv2d_im2col(x, w, geometry)
        dy = rng.normal(size=y.shape).astype(dtype)
        dx, dw = kernel.conv2d_im2col_backward(dy, x, w, geometry)
    finally:
        kernel.SHARED_BYTES = normal
    tolerance = 2e-5 if dtype == np.float32 else 1e-12
    assert y.dtype == dx.dtype == dw.dtype == dtype
    reference = kernel.conv2d_reference(x, w, geometry)
    np.testing.assert_allclose(y, reference, rtol=0, atol=tolerance)
    for fast, slow in zip(
        (dx, dw), kernel.conv2d_backward_reference(dy, x, w, geometry), strict=True
    ):
        np.testing.assert_allclose(fast, slow, rtol=0, atol=10 * tolerance)
    # The sum is linear in x and in w: <dy, A x> = <A^T dy, x>, and so for w.
    whole = float(np.vdot(dy, reference))
    for adjoint, value in ((dx, x), (dw, w)):
        bound = 100 * tolerance * max(1.0, abs(whole))
        assert abs(float(np.vdot(adjoint, value)) - whole) < bound
    # A linear map equals its adjoint on every basis vector, not only on one: try another x.
    other = rng.normal(size=shape).astype(dtype)
    product = float(np.vdot(dy, kernel.conv2d_reference(other, w, geometry)))
    assert abs(float(np.vdot(dx, other)) - product) < 100 * tolerance * max(1.0, abs(product))


@pytest.mark.parametrize("line", [1, 10**6], ids=["many blocks", "one product"])
def test_lines_of_any_block_give_the_same(line, monkeypatch):
    rng = np.random.default_rng(0)
    geometry = geometry_of((9, 8), (3, 3), "same")
    x, w, b = rng.normal(size=(3, 9, 8, 2)), rng.normal(size=(3, 3, 2, 4)), rng.normal(size=4)
    monkeypatch.setattr(kernel, "ROWS", line)
    monkeypatch.setattr(kernel, "COLUMN_BYTES", line)
    y = kernel.conv2d_im2col(x, w, geometry, b)
    np.testing.assert_allclose(y, kernel.conv2d_reference(x, w, geometry) + b, atol=1e-12)


def test_dx_is_left_out_where_nobody_needs_it():
    rng = np.random.default_rng(0)
    geometry = geometry_of((9, 8), (3, 3), "same")
    x, w, dy = (
        rng.normal(size=(3, 9, 8, 2)),
        rng.normal(size=(3, 3, 2, 4)),
        rng.normal(size=(3, 9, 8, 4)),
    )
    dx, dw = kernel.conv2d_im2col_backward(dy, x, w, geometry, inputs=False)
    assert dx is None
    np.testing.assert_array_equal(dw, kernel.conv2d_im2col_backward(dy, x, w, geometry)[1])
