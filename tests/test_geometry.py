"""Maps of points, and the warp against the interpolation written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.geometry import about_centre, rotation, scaling, shear, translation, warp

factors = st.floats(-2, 2)


def move(matrix, x, y):
    return (matrix @ [x, y, 1])[:2]


def draw(shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).random(shape).astype(dtype)


def interpolated(image, matrix):
    """The formula (augmentation.6), pixel by pixel."""
    h, w, _ = image.shape
    inverse, out = np.linalg.inv(matrix), np.empty_like(image, dtype=np.float64)

    def value(j, i):
        return image[min(max(j, 0), h - 1), min(max(i, 0), w - 1)].astype(np.float64)

    for row in range(h):
        for column in range(w):
            x, y, _ = inverse @ [column, row, 1]
            i, j = int(np.floor(x)), int(np.floor(y))
            u, v = x - i, y - j
            above = (1 - u) * value(j, i) + u * value(j, i + 1)
            below = (1 - u) * value(j + 1, i) + u * value(j + 1, i + 1)
            out[row, column] = (1 - v) * above + v * below
    return out


def test_where_points_go():
    np.testing.assert_allclose(move(translation(3, -1), 2, 5), [5, 4])
    np.testing.assert_allclose(move(rotation(90), 1, 0), [0, 1], atol=1e-15)  # right goes down
    np.testing.assert_allclose(move(rotation(30), 2, 0), [3**0.5, 1])
    np.testing.assert_allclose(move(shear(0.5), 1, 4), [3, 4])
    np.testing.assert_allclose(move(scaling(2, 3), 1, 4), [2, 12])


def test_numbers_in_arrays_give_a_matrix_each():
    turns = rotation(np.array([0.0, 90.0]))
    assert turns.shape == (2, 3, 3)
    np.testing.assert_array_equal(turns[1], rotation(90.0))
    mixed = scaling(np.array([1.0, 2.0, 3.0]), 1)
    np.testing.assert_array_equal(mixed[2], np.diag([3, 1, 1]))


@given(factors, factors, st.integers(1, 9), st.integers(1, 9))
def test_the_middle_stays(degrees, factor, h, w):
    matrix = about_centre(rotation(90 * degrees) @ shear(factor), h, w)
    middle = [(w - 1) / 2, (h - 1) / 2]
    np.testing.assert_allclose(move(matrix, *middle), middle, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("h", "w", "c"), [(7, 7, 1), (6, 9, 1), (5, 4, 3)])
def test_the_warp_is_the_formula(h, w, c, dtype):
    matrices = np.stack(
        [
            about_centre(rotation(20) @ shear(0.3), h, w),
            about_centre(translation(1.6, -2.3) @ scaling(1.3, 0.8), h, w),
            np.eye(3),
        ]
    )
    x = draw((3, h, w, c), dtype=dtype)
    before = x.copy()
    y = warp(x, matrices)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    np.testing.assert_array_equal(x, before)
    for image, matrix, warped in zip(x, matrices, y, strict=True):
        # 1/64 of the difference of neighbours, at most 1, in each of two directions.
        np.testing.assert_allclose(warped, interpolated(image, matrix), atol=2 / 64 + 1e-6)
    np.testing.assert_array_equal(y[2], x[2])


def test_the_warp_is_exact_where_pixels_meet_pixels():
    x = draw((1, 6, 8, 2))
    mirror = about_centre(scaling(-1, 1), 6, 8)
    np.testing.assert_array_equal(warp(x, mirror[None]), x[:, :, ::-1])
    half_turn = about_centre(rotation(180), 6, 8)
    np.testing.assert_allclose(warp(x, half_turn[None]), x[:, ::-1, ::-1], atol=1e-6)
    moved = warp(x, translation(2, -1)[None])
    np.testing.assert_array_equal(moved[0, :5, 2:], x[0, 1:, :6])


def test_the_edge_is_repeated():
    x = draw((1, 5, 5, 1))
    y = warp(x, translation(2, 3)[None])
    np.testing.assert_array_equal(y[0, 3:, :2], np.repeat(x[0, :2, :1], 2, axis=1))
    assert (y[0, :3, :2] == x[0, 0, 0]).all()


def test_a_part_of_a_larger_array_is_warped_alike():
    wide = draw((4, 6, 12, 1))
    part = wide[::2, :, 3:9]
    matrices = np.broadcast_to(about_centre(rotation(10), 6, 6), (2, 3, 3))
    np.testing.assert_array_equal(warp(part, matrices), warp(part.copy(), matrices))
