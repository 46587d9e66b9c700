import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.geometry import about_centre, rotation, scaling, shear, translation
from minicnn.kernels.affine_transform import (
    FILL_MODES,
    affine_transform,
    affine_transform_adjoint,
    affine_transform_adjoint_reference,
    affine_transform_reference,
)

SIZE, SMALL = st.integers(1, 8), st.integers(1, 3)


def maps_for(rng, n, h, w):
    angle, slant, wide, high, right, down = rng.uniform(-1, 1, (6, n))
    moved = translation(2 * w * right, 2 * h * down)
    return moved @ about_centre(rotation(180 * angle) @ shear(slant) @ scaling(wide, high), h, w)


@given(
    st.tuples(SMALL, SIZE, SIZE, SMALL),
    st.sampled_from(FILL_MODES),
    st.booleans(),
    st.sampled_from([np.float32, np.float64]),
    st.integers(0, 99),
)
def test_fast_is_the_reference_and_backward_its_adjoint(shape, fill_mode, nearest, dtype, seed):
    rng = np.random.default_rng(seed)
    maps = maps_for(rng, *shape[:3])
    x, dy = rng.normal(size=(2, *shape)).astype(dtype)
    y = affine_transform(x, maps, fill_mode, nearest=nearest, fill_value=0.5)
    slow = affine_transform_reference(x, maps, fill_mode, nearest=nearest, fill_value=0.5)
    tolerance = 20 * np.finfo(dtype).eps
    assert y.dtype == dtype
    np.testing.assert_allclose(y, slow, rtol=0, atol=tolerance)
    dx = affine_transform_adjoint(dy, maps, fill_mode, nearest=nearest)
    slow = affine_transform_adjoint_reference(dy, maps, fill_mode, nearest=nearest)
    # A pixel may be shown at every place of the new image.
    np.testing.assert_allclose(dx, slow, rtol=0, atol=tolerance * shape[1] * shape[2])

    # Linear in x, but for what is filled: <dy, A x> = <A^T dy, x>.
    black = affine_transform(x, maps, fill_mode, nearest=nearest, fill_value=0.0)
    difference = np.vdot(dy, black) - np.vdot(dx, x)
    assert abs(difference) < 100 * np.finfo(dtype).eps * x.size


def test_a_half_turn_hits_the_pixels():
    x = np.arange(12.0).reshape(1, 3, 4, 1)
    maps = about_centre(rotation(np.array([180.0])), 3, 4)
    for fill_mode in FILL_MODES:
        for nearest in (True, False):
            y = affine_transform(x, maps, fill_mode, nearest=nearest, fill_value=9.0)
            np.testing.assert_array_equal(y, x[:, ::-1, ::-1])


@pytest.mark.parametrize(
    ("fill_mode", "expected"),
    [
        ("reflect", [2, 1, 0, 0, 1, 2, 3, 3, 2]),
        ("wrap", [1, 2, 3, 0, 1, 2, 3, 0, 1]),
        ("constant", [7, 7, 7, 0, 1, 2, 3, 7, 7]),
        ("nearest", [0, 0, 0, 0, 1, 2, 3, 3, 3]),
    ],
)
def test_what_lies_beyond_the_edge(fill_mode, expected):
    x = np.zeros((9, 1, 4, 1))
    x[:] = np.arange(4.0)[:, None]
    maps = translation(np.arange(-3, 6), 0)
    y = affine_transform(x, maps, fill_mode, nearest=False, fill_value=7.0)
    np.testing.assert_array_equal(y[:, 0, 0, 0], expected)
    slow = affine_transform_reference(x, maps, fill_mode, nearest=False, fill_value=7.0)
    np.testing.assert_array_equal(slow, y)


def test_a_nan_touches_only_pixels_that_it_is_part_of():
    x = np.zeros((1, 4, 4, 1))
    x[0, 1, 1] = np.nan
    same = affine_transform(
        x, translation(np.zeros(1), 0), "nearest", nearest=False, fill_value=0.0
    )
    np.testing.assert_array_equal(same, x)
    moved = affine_transform(
        x, translation(np.full(1, 0.5), 0), "nearest", nearest=False, fill_value=0.0
    )
    assert np.isnan(moved).sum() == 2


def test_one_map_for_each_image():
    x, maps = np.zeros((2, 3, 3, 1)), translation(np.zeros(1), 0)
    with pytest.raises(ValueError, match=r"expected 2 maps \(3, 3\), got \(1, 3, 3\)"):
        affine_transform(x, maps, "nearest", nearest=False, fill_value=0.0)
    with pytest.raises(ValueError, match=r"expected 2 maps \(3, 3\), got \(1, 3, 3\)"):
        affine_transform_adjoint(x, maps, "nearest", nearest=False)
