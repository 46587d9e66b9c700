"""Corruptions: what each does to an image, against the definition or another library."""

import io

import numpy as np
import pytest
from PIL import Image

from minicnn.data.corruptions import CORRUPTIONS, corrupt
from minicnn.random import Key

scipy_ndimage = pytest.importorskip("scipy.ndimage")


@pytest.fixture(scope="module")
def x():
    draw = np.random.default_rng(1)
    smooth = scipy_ndimage.gaussian_filter(draw.random((5, 48, 48)), (0, 2, 2))
    low, high = smooth.min(axis=(1, 2), keepdims=True), smooth.max(axis=(1, 2), keepdims=True)
    return ((smooth - low) / (high - low)).astype(np.float32)[..., None]


@pytest.mark.parametrize("level", [0.05, 0.1, 0.2])
def test_noise_is_normal_clipped_and_not_rounded_to_8_bits(level):
    grey = np.full((4, 48, 48, 1), 0.5, np.float32)
    y = corrupt(grey, "noise", level, 3)
    # One standard deviation to either side; beyond 2.5 of them, 0.2 is cut off.
    low, middle, high = np.quantile(y - 0.5, [0.1587, 0.5, 0.8413])
    assert (-low, high) == pytest.approx((level, level), rel=0.05)
    assert abs(middle) < 0.01
    assert (y.min() >= 0) & (y.max() <= 1)
    assert (np.abs(255 * y - np.rint(255 * y)) > 0.1).mean() > 0.5
    black = corrupt(0 * grey, "noise", level, 3)
    assert (black == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_the_levels_of_the_noise_are_the_documented_ones():
    assert CORRUPTIONS["noise"].levels == (0.05, 0.1, 0.2)
    assert all(len(c.levels) == 5 for name, c in CORRUPTIONS.items() if name != "noise")


def test_blur_is_scipys(x):
    expected = scipy_ndimage.gaussian_filter(x, (0, 1.5, 1.5, 0), mode="nearest", truncate=4)
    np.testing.assert_allclose(corrupt(x, "blur", 1.5, 0), expected, atol=1e-4)


def test_contrast_and_brightness(x):
    low = corrupt(x, "contrast", 0.2, 0)
    np.testing.assert_allclose(low.std(axis=(1, 2)), 0.2 * x.std(axis=(1, 2)), rtol=1e-4)
    np.testing.assert_allclose(low.mean(axis=(1, 2)), x.mean(axis=(1, 2)), rtol=1e-4)
    np.testing.assert_allclose(
        corrupt(x, "brightness", 0.3, 0), np.minimum(x + np.float32(0.3), 1), rtol=1e-5
    )


def test_jpeg_is_pillows_at_that_quality(x):
    encoded = io.BytesIO()
    Image.fromarray(np.rint(255 * x[0, :, :, 0]).astype(np.uint8)).save(encoded, "JPEG", quality=10)
    theirs = np.asarray(Image.open(encoded)) / 255
    ours = corrupt(x, "jpeg", 10, 0)[0, :, :, 0]
    assert np.abs(ours - theirs).max() <= 1.5 / 255
    assert np.abs(ours - x[0, :, :, 0]).max() > 5 / 255


def test_occlusion_hides_a_square_of_that_share(x):
    y = corrupt(x + np.float32(2), "occlusion", 0.25, 0)
    hidden = y[:, :, :, 0] == 0.5
    assert (hidden.sum(axis=(1, 2)) == 24 * 24).all()
    assert (hidden.any(axis=1).sum(axis=1) == 24).all()
    assert len({mask.tobytes() for mask in hidden}) > 1, "each image has a place of its own"


def test_rotation_turns_to_either_side():
    draw = np.random.default_rng(4)
    x = draw.random((9, 8, 8, 1)).astype(np.float32)
    ways = {
        tuple(
            np.allclose(image[:, :, 0], np.rot90(old[:, :, 0], turn), atol=1e-5) for turn in (1, 3)
        )
        for image, old in zip(corrupt(x, "rotation", 90, 0), x, strict=True)
    }
    assert ways == {(True, False), (False, True)}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_severities_spoil_more_and_more(x, name):
    distance = [np.abs(corrupt(x, name, v, 7) - x).mean() for v in CORRUPTIONS[name].levels]
    assert distance[0] > 0
    assert distance == sorted(distance)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_image_and_seed_decide_and_nothing_is_changed_in_place(x, name):
    before, level = x.copy(), CORRUPTIONS[name].levels[2]
    whole = corrupt(x, name, level, Key(5))
    part = corrupt(x[3:], name, level, Key(5, 0, np.arange(3, 5)))
    np.testing.assert_array_equal(whole[3:], part)
    np.testing.assert_array_equal(x, before)
    assert (whole.dtype, whole.shape) == (x.dtype, x.shape)
    if name in ("noise", "occlusion"):
        assert (corrupt(x, name, level, Key(6)) != whole).any()


def test_bad_input_is_refused(x):
    with pytest.raises(ValueError, match=r"expected one of noise, blur, .* got 'rain'"):
        corrupt(x, "rain", 1)
    with pytest.raises(ValueError, match=r"float32 or float64 images .* got uint8 \(5, 48"):
        corrupt(x.astype(np.uint8), "noise", 0.1)
