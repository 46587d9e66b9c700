"""Light, rectangles and noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.photometry import add_noise, cover, rectangles, relight

shares = st.floats(0, 1, exclude_max=True)


def draw(n=3, h=6, w=5, c=1, dtype=np.float32):
    """Images of middle greys, so that there is room on both sides."""
    x = np.random.default_rng(1).random((n, h, w, c)).astype(dtype)
    return 0.4 + 0.2 * x


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_contrast_and_brightness_keep_out_of_each_others_way(dtype):
    x = draw(dtype=dtype)
    y = relight(x, np.array([1.5, 0.5, 1]), np.array([0.1, -0.1, 0]))
    assert y.dtype == dtype
    np.testing.assert_allclose(y.mean((1, 2, 3)) - x.mean((1, 2, 3)), [0.1, -0.1, 0], atol=1e-6)
    np.testing.assert_allclose(y.std((1, 2, 3)) / x.std((1, 2, 3)), [1.5, 0.5, 1], rtol=1e-5)
    np.testing.assert_allclose(y[2], x[2], atol=1e-7)


def test_light_stays_between_black_and_white():
    y = relight(draw(), np.full(3, 9.0), np.array([0.9, -0.9, 0]))
    assert y.min() == 0
    assert y.max() == 1


@given(st.floats(0.02, 0.4), st.floats(0.3, 3.3), shares, shares)
def test_rectangles_have_the_area_and_the_aspect_and_lie_inside(area, aspect, down, right):
    h, w = 100, 80
    values = (np.array([value]) for value in (area, aspect, down, right))
    ((top, left, bottom, right_edge),) = rectangles(*values, h, w)
    assert 0 <= top < bottom <= h
    assert 0 <= left < right_edge <= w
    height, width = bottom - top, right_edge - left
    if height < h and width < w:
        assert abs(height - (area * h * w * aspect) ** 0.5) <= 0.5
        assert abs(width - (area * h * w / aspect) ** 0.5) <= 0.5


def test_rectangles_reach_every_edge():
    last = 1 - 1e-12
    box = {"area": np.full(2, 0.25), "aspect": np.ones(2), "h": 8, "w": 8}
    ends = rectangles(**box, down=np.array([0, last]), right=np.array([0, last]))
    assert ends.tolist() == [[0, 0, 4, 4], [4, 4, 8, 8]]


def test_a_rectangle_longer_than_the_image_is_cut():
    (box,) = rectangles(*(np.array([v]) for v in (0.4, 3.3, 0.5, 0.5)), 10, 10)
    assert box[2] - box[0] == 10


def test_cover_paints_inside_only():
    x, paint = draw(2), np.zeros((2, 6, 5, 1), np.float32)
    before = x.copy()
    y = cover(x, np.array([[1, 2, 4, 5], [0, 0, 0, 0]]), paint)
    np.testing.assert_array_equal(x, before)
    inside = np.zeros((6, 5), bool)
    inside[1:4, 2:5] = True
    assert (y[0][inside] == 0).all()
    np.testing.assert_array_equal(y[0][~inside], x[0][~inside])
    np.testing.assert_array_equal(y[1], x[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_noise_has_the_size_asked_for_and_is_cut_off(dtype):
    x = np.full((3, 40, 40, 1), 0.5, dtype)
    z = np.random.default_rng(0).normal(size=(3, 1600)).astype(dtype)
    y = add_noise(x, np.array([0, 0.1, 10]), z)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y[0], x[0])
    np.testing.assert_allclose(y[1], 0.5 + 0.1 * z[1].reshape(40, 40, 1), atol=1e-6)
    assert (y[2].min(), y[2].max()) == (0, 1)
