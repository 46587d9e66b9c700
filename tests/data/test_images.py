"""The one decoder."""

import io

import cv2
import numpy as np
import pytest
from pictures import encode, noise
from PIL import Image, ImageOps

from minicnn.data.images import decode_image, to_grey, to_rgb
from minicnn.data.reading import read_image
from minicnn.data.resizing import resize_grey


def luma(rgb):
    """ITU-R BT.601, written out in floating point."""
    return rgb.astype(float) @ np.array([0.299, 0.587, 0.114])


class TestGrey:
    def test_colour_by_itu_r_601(self):
        rgb = noise(40, 50, 3)
        assert abs(to_grey(Image.fromarray(rgb)) - luma(rgb)).max() <= 0.5 + 1e-3

    def test_the_three_primaries(self):
        rgb = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
        assert to_grey(Image.fromarray(rgb)).tolist() == [[76, 150, 29]]

    def test_grey_passes_bit_for_bit_in_every_dress(self):
        pixels = noise(16, 16)
        grey = Image.fromarray(pixels)
        dresses = [grey, *(grey.convert(mode) for mode in ("P", "RGB", "RGBA", "LA"))]
        dresses.append(Image.fromarray(pixels.astype(np.uint16) * 257))
        for image in dresses:
            np.testing.assert_array_equal(to_grey(image), pixels)

    def test_sixteen_bits_are_rounded(self):
        wide = np.array([[0, 128, 129, 385, 386, 65535]], np.uint16)
        assert to_grey(Image.fromarray(wide)).tolist() == [[0, 0, 1, 1, 2, 255]]
        assert decode_image(encode(wide), (1, 6))[..., 0].tolist() == [[0, 0, 1, 1, 2, 255]]

    def test_integers_beyond_sixteen_bits(self):
        with pytest.raises(ValueError, match="pixels from 0 to 70000, expected 16 bits at most"):
            to_grey(Image.fromarray(np.array([[0, 70_000]], np.int32)))

    def test_floating_point_pixels(self):
        with pytest.raises(ValueError, match="floating-point pixels of no stated range"):
            to_grey(Image.fromarray(np.zeros((2, 2), np.float32)))

    def test_bilevel(self):
        image = Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
        assert to_grey(image).tolist() == [[0, 255]]

    def test_a_mode_without_a_way_to_grey(self):
        with pytest.raises(ValueError, match="pixels of mode La, which cannot be made grey"):
            to_grey(Image.new("La", (2, 2)))

    def test_transparency_shows_white(self):
        rgba = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 128]]], np.uint8)
        assert to_grey(Image.fromarray(rgba)).tolist() == [[255, 0, 127]]
        assert to_grey(Image.fromarray(rgba[..., [0, 3]])).tolist() == [[255, 0, 127]]

    def test_a_transparent_colour_of_a_palette(self):
        palette = Image.fromarray(np.array([[0, 9]], np.uint8)).convert("P")
        decoded = decode_image(encode(palette, transparency=0), (1, 2))
        assert decoded[..., 0].tolist() == [[255, 9]]

    def test_cmyk_by_way_of_rgb(self):
        cmyk = Image.new("CMYK", (1, 1), (255, 0, 0, 0))
        assert to_grey(cmyk).tolist() == [[round(0.587 * 255 + 0.114 * 255)]]

    @pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
    def test_the_first_frame_of_an_animation(self, form):
        frames = [Image.new("L", (8, 8), value) for value in (40, 200)]
        encoded = encode(frames[0], form, save_all=True, append_images=frames[1:])
        assert abs(decode_image(encoded).astype(int) - 40).max() <= 1

    def test_of_sixteen_bit_colour_the_upper_eight_bits_count(self):
        colour = np.full((2, 2, 3), [0x01FF, 0x80FF, 0xFFFF], np.uint16)  # OpenCV says B, G, R
        encoded = cv2.imencode(".png", colour)[1].tobytes()
        expected = to_grey(Image.new("RGB", (2, 2), (0xFF, 0x80, 0x01)))
        np.testing.assert_array_equal(to_grey(read_image(encoded)), expected)

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_exif_orientation(self, form, orientation):
        blocks = np.kron(np.array([[0, 60, 120], [180, 220, 255]], np.uint8), np.ones((8, 8)))
        exif = Image.Exif()
        exif[0x0112] = orientation
        encoded = encode(blocks.astype(np.uint8), form, exif=exif)
        expected = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(encoded))).convert("L"))
        upright = to_grey(read_image(encoded))
        np.testing.assert_array_equal(upright, expected)
        assert upright.shape == ((16, 24) if orientation < 5 else (24, 16))

    def test_orientation_six_turns_clockwise(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        encoded = encode(np.array([[1, 2], [3, 4]], np.uint8), exif=exif)
        assert to_grey(read_image(encoded)).tolist() == [[3, 1], [4, 2]]

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_an_unreadable_exif_block_turns_nothing(self, form):
        encoded = encode(noise(48, 48), form)
        broken = encode(noise(48, 48), form, exif=b"Exif\0\0 not a header")
        np.testing.assert_array_equal(decode_image(broken), decode_image(encoded))


class TestRgb:
    def test_colour_stays_colour(self):
        rgb = noise(5, 7, 3)
        found = to_rgb(Image.fromarray(rgb))
        assert found.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(found), rgb)

    def test_its_grey_is_that_of_the_image(self):
        wide = Image.fromarray(noise(8, 8).astype(np.uint16) * 257)
        for image in (wide, Image.fromarray(noise(8, 8, 4)), Image.new("CMYK", (8, 8), "red")):
            np.testing.assert_array_equal(to_grey(to_rgb(image)), to_grey(image))

    def test_it_stands_upright_once_and_for_all(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        image = read_image(encode(np.array([[1, 2], [3, 4]], np.uint8), exif=exif))
        again = read_image(encode(to_rgb(image)))
        assert to_grey(again).tolist() == to_grey(image).tolist() == [[3, 1], [4, 2]]

    def test_the_image_stays_as_it_is(self):
        image = Image.fromarray(noise(4, 4, 3))
        to_rgb(image).putpixel((0, 0), (1, 2, 3))
        np.testing.assert_array_equal(np.asarray(image), noise(4, 4, 3))


class TestArrays:
    def test_uint8(self):
        pixels = noise(48, 48)
        for source in (pixels, pixels[..., None], np.repeat(pixels[..., None], 3, axis=2)):
            np.testing.assert_array_equal(decode_image(source)[..., 0], pixels)

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_what_the_network_takes_goes_back_to_the_same_pixels(self, dtype):
        pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
        back = decode_image(pixels.astype(dtype) / dtype(255), (16, 16))
        np.testing.assert_array_equal(back[..., 0], pixels)

    def test_a_pil_image(self):
        rgb = noise(48, 48, 3)
        np.testing.assert_array_equal(decode_image(Image.fromarray(rgb)), decode_image(encode(rgb)))

    def test_the_result_is_new_and_writable(self):
        pixels = noise(48, 48)
        kept = pixels.copy()
        decoded = decode_image(pixels)
        decoded += 1
        np.testing.assert_array_equal(pixels, kept)

    def test_colour_is_kept_where_it_is_wanted(self):
        rgb = noise(60, 90, 3)
        decoded = decode_image(rgb, (24, 24), channels=3)
        for channel in range(3):
            expected = resize_grey(rgb[..., channel], (24, 24))
            np.testing.assert_array_equal(decoded[..., channel], expected)
        grey = noise(24, 24)
        expected = np.repeat(grey[..., None], 3, axis=2)
        np.testing.assert_array_equal(decode_image(grey, (24, 24), channels=3), expected)

    @pytest.mark.parametrize("channels", [1, 3])
    def test_the_order_bgr(self, channels):
        rgba = noise(48, 48, 4)
        rgb, bgr = rgba[..., :3], rgba[..., 2::-1]
        given = {"channels": channels, "bgr": True}
        found = decode_image(bgr, **given)
        np.testing.assert_array_equal(found, decode_image(rgb, channels=channels))
        assert not np.array_equal(found, decode_image(bgr, channels=channels))
        found = decode_image(rgba[..., [2, 1, 0, 3]], **given)
        np.testing.assert_array_equal(found, decode_image(rgba, channels=channels))
        found = decode_image(bgr.astype(np.float32) / 255, **given)
        np.testing.assert_array_equal(found, decode_image(rgb, channels=channels))
        grey = noise(48, 48)
        for image in (grey, grey[..., None]):
            np.testing.assert_array_equal(decode_image(image, **given)[..., 0], grey)

    def test_cv2_reads_bgr(self, tmp_path):
        rgb = noise(48, 48, 3)
        Image.fromarray(rgb).save(tmp_path / "colour.png")
        found = decode_image(cv2.imread(str(tmp_path / "colour.png")), channels=3, bgr=True)
        np.testing.assert_array_equal(found, rgb)

    def test_only_arrays_can_be_bgr(self):
        for source in (encode(noise(4, 4)), Image.fromarray(noise(4, 4, 3)), "photo.jpg"):
            with pytest.raises(ValueError, match=r"bgr=True is for arrays, .* got "):
                decode_image(source, bgr=True)

    @pytest.mark.parametrize("values", [[[0.0, 255.0]], [[-0.1, 0.5]], [[np.nan, 0.5]]])
    def test_floats_out_of_range(self, values):
        with pytest.raises(ValueError, match="expected floats from 0 to 1"):
            decode_image(np.array(values))

    def test_other_integers(self):
        with pytest.raises(ValueError, match="is int64, expected uint8"):
            decode_image(np.zeros((48, 48), np.int64))

    @pytest.mark.parametrize("shape", [(2, 48, 48, 1), (48,), (48, 48, 2), (0, 48)])
    def test_wrong_shape(self, shape):
        with pytest.raises(ValueError, match=r"has shape .* expected one image of shape"):
            decode_image(np.zeros(shape, np.uint8))


def test_whole_numbers_without_a_range_are_refused():
    # Read as sixteen bits they would be nearly black.
    pixels = Image.fromarray(np.full((48, 48), 200, np.uint8)).convert("I")
    with pytest.raises(ValueError, match=r"whole numbers from 200 to 200 of no stated range"):
        to_grey(pixels)
    wide = Image.fromarray(np.full((48, 48), 200 * 257, np.int32))
    assert np.all(to_grey(wide) == 200)
