"""load_img, img_to_array, array_to_img and save_img against Keras's."""

import numpy as np
import oracles
import pytest
from PIL import Image

from minicnn.compat.image_files import array_to_img, img_to_array, load_img, save_img


@pytest.fixture
def photo(tmp_path):
    pixels = np.random.RandomState(0).randint(256, size=(20, 31, 3)).astype("uint8")
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"color_mode": "grayscale"},
        {"color_mode": "rgba", "target_size": (7, 9)},
        {"target_size": (7, 9), "interpolation": "bilinear"},
        {"target_size": (9, 30), "interpolation": "lanczos", "keep_aspect_ratio": True},
        {"target_size": (30, 9), "interpolation": "box", "keep_aspect_ratio": True},
    ],
)
def test_images_are_read_as_by_keras(photo, arguments):
    keras = oracles.keras()
    expected = keras.utils.img_to_array(keras.utils.load_img(photo, **arguments))
    actual = img_to_array(load_img(photo, **arguments))
    assert actual.dtype == np.float32
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("scale", [True, False])
def test_arrays_become_images_as_in_keras(channels, scale):
    keras = oracles.keras()
    x = 200 * np.random.RandomState(1).rand(5, 6, channels)
    expected, actual = keras.utils.array_to_img(x, scale=scale), array_to_img(x, scale=scale)
    assert actual.mode == expected.mode
    np.testing.assert_array_equal(np.asarray(actual), np.asarray(expected))


def test_an_image_is_written_and_read_back(tmp_path):
    x = np.random.RandomState(2).randint(256, size=(5, 6, 4)).astype("float32")
    save_img(tmp_path / "x.png", x, scale=False)
    np.testing.assert_array_equal(img_to_array(load_img(tmp_path / "x.png", "rgba")), x)
    save_img(tmp_path / "x.jpg", x)  # JPEG has no transparency
    assert load_img(tmp_path / "x.jpg").size == (6, 5)


def test_bad_arguments_are_named(photo):
    with pytest.raises(ValueError, match="color_mode must be one of grayscale, rgb, rgba"):
        load_img(photo, color_mode="grey")
    with pytest.raises(ValueError, match="interpolation must be one of nearest"):
        load_img(photo, target_size=(3, 3), interpolation="cubic")
    with pytest.raises(ValueError, match="expected an image, got an array of shape"):
        img_to_array(np.zeros((2, 3, 4, 5)))
    with pytest.raises(ValueError, match="1, 3 or 4 channels"):
        array_to_img(np.zeros((4, 5, 2)))
    with pytest.raises(ValueError, match="channels_first"):
        img_to_array(np.zeros((3, 4, 5)), "channels_first")
