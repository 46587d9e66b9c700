"""The ways in which test-time augmentation looks at an image."""

import numpy as np
import pytest

from minicnn.fer.prediction.views import TTA, views


@pytest.fixture
def x():
    return np.random.default_rng(0).random((3, 48, 48, 1)).astype(np.float32)


def ramp():
    """Images whose values are the places of their pixels: the column, and the row."""
    rows, columns = np.mgrid[:48, :48].astype(np.float32)
    return np.stack([columns, rows])[..., None]


def test_how_many_and_of_what_kind(x):
    for tta, count in ((None, 1), ("flip", 2), ("ten-crop", 10)):
        looks = views(x, tta)
        assert len(looks) == count
        for look in looks:
            assert (look.shape, look.dtype) == (x.shape, x.dtype)
            assert look.flags.c_contiguous
    assert TTA == ("flip", "ten-crop")


def test_flip_is_the_image_and_its_mirror_image(x):
    (only,) = views(x, None)
    one, other = views(x, "flip")
    np.testing.assert_array_equal(only, x)
    np.testing.assert_array_equal(one, x)
    np.testing.assert_array_equal(other, x[:, :, ::-1])


def test_ten_crops_are_where_they_should_be():
    """Pixel (r, c) of a crop from (top, left) shows the place 0.9 (r + 1/2) + top - 1/2."""
    looks = views(ramp(), "ten-crop")
    r, c = np.mgrid[:48, :48]
    corners = [(0, 0), (0, 4.8), (4.8, 0), (4.8, 4.8), (2.4, 2.4)]
    for crop, mirrored, (top, left) in zip(looks[::2], looks[1::2], corners, strict=True):
        places = np.stack([0.9 * (c + 0.5) + left - 0.5, 0.9 * (r + 0.5) + top - 0.5])
        # At the outer half pixel the edge is repeated; OpenCV rounds to 1/32 of a pixel.
        np.testing.assert_allclose(crop[..., 0], places.clip(0, 47), atol=1 / 32)
        np.testing.assert_array_equal(mirrored, crop[:, :, ::-1])


def test_another_name_is_refused(x):
    with pytest.raises(ValueError, match="tta must be one of flip, ten-crop, got 'five-crop'"):
        views(x, "five-crop")
