"""The one resize rule."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import noise

from minicnn.data.images import decode_image
from minicnn.data.resizing import resize_grey


def triangle_matrix(old, new):
    """The formula of `resize_grey` as a (new, old) matrix."""
    s = old / new
    centre = (np.arange(new)[:, None] + 0.5) * s
    k = np.maximum(0, 1 - abs(np.arange(old) + 0.5 - centre) / max(s, 1))
    return k / k.sum(axis=1, keepdims=True)


def test_the_wanted_size_passes_bit_for_bit():
    pixels = noise(48, 48)
    resized = resize_grey(pixels, (48, 48))
    np.testing.assert_array_equal(resized, pixels)
    assert not np.shares_memory(resized, pixels)


@given(st.integers(1, 130), st.integers(1, 60), st.integers(0, 99))
def test_the_formula(old, new, seed):
    pixels = noise(old, old, seed=seed)
    if old == new:
        return
    matrix = triangle_matrix(old, new)
    exact = matrix @ pixels @ matrix.T
    # It is rounded twice, and the mean of rounding errors is at most one half as well.
    assert abs(resize_grey(pixels, (new, new)) - exact).max() <= 0.5 + 0.5 + 0.02


@given(st.integers(1, 60), st.integers(1, 90), st.integers(0, 99))
def test_opencv_enlarges_by_the_same_formula(old, new, seed):
    pixels = noise(old, old, seed=seed)
    found = resize_grey(pixels, (new, new), opencv=True)
    if new <= old:
        np.testing.assert_array_equal(found, resize_grey(pixels, (new, new)))
        return
    np.testing.assert_array_equal(found, cv2.resize(pixels, (new, new)))
    matrix = triangle_matrix(old, new)
    assert abs(found - matrix @ pixels @ matrix.T).max() <= 0.5 + 0.3


@pytest.mark.parametrize("opencv", [False, True])
@pytest.mark.parametrize(("old", "new"), [(20, 48), (48, 20)])
def test_floats_are_not_rounded(old, new, opencv):
    pixels = noise(old, old).astype(np.float32) / 255
    matrix = triangle_matrix(old, new)
    found = resize_grey(pixels, (new, new), opencv=opencv)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, matrix @ pixels @ matrix.T, atol=1e-5)


def test_a_fine_pattern_becomes_its_mean():
    """Without antialiasing a checkerboard would stay black and white."""
    board = (np.indices((480, 480)).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert abs(resize_grey(board, (48, 48)).astype(int) - 127.5).max() <= 1


@pytest.mark.parametrize(("h", "w"), [(48, 80), (80, 48), (48, 49), (49, 48)])
def test_the_centre_square_is_cut_out(h, w):
    pixels = noise(h, w)
    top, left = (h - 48) // 2, (w - 48) // 2
    expected = pixels[top : top + 48, left : left + 48]
    np.testing.assert_array_equal(resize_grey(pixels, (48, 48)), expected)


def test_a_wanted_rectangle():
    pixels = noise(40, 40)
    np.testing.assert_array_equal(resize_grey(pixels, (20, 40)), pixels[10:30])


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 50), st.integers(1, 50))
def test_any_shape_fits(h, w, height, width):
    resized = resize_grey(np.full((h, w), 9, np.uint8), (height, width))
    assert resized.shape == (height, width)
    assert (resized == 9).all()


def test_a_pixel_fills_the_picture_and_a_strip_gives_its_middle():
    assert (decode_image(noise(1, 1)) == noise(1, 1)[0, 0]).all()
    strip = noise(3, 640)
    np.testing.assert_array_equal(decode_image(strip), decode_image(strip[:, 318:321]))


@pytest.mark.parametrize(
    "pixels", [np.zeros((2, 2)), np.zeros((2, 2, 1), np.uint8), np.zeros((0, 2), np.uint8)]
)
def test_wrong_pixels(pixels):
    with pytest.raises(ValueError, match=r"pixels must be uint8 of shape \(h, w\)"):
        resize_grey(pixels, (48, 48))


@pytest.mark.parametrize("size", [(0, 48), (48, -1), (4.5, 4)])
def test_wrong_size(size):
    with pytest.raises(ValueError, match="size must be two positive integers, got"):
        resize_grey(np.zeros((2, 2), np.uint8), size)
