"""What can be read is read whole; what cannot is named in a sentence."""

import contextlib
import io
import os
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import encode, noise
from PIL import Image, ImageFile

from minicnn.data.images import decode_image
from minicnn.data.reading import MAX_PIXELS, read_image

FORMATS = ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "PPM"]


def test_path_bytes_and_file_give_the_same_pixels(tmp_path):
    pixels = noise(48, 48)
    path = tmp_path / "face.png"
    path.write_bytes(encode(pixels))
    for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes())):
        np.testing.assert_array_equal(decode_image(source)[..., 0], pixels)
    with path.open("rb") as file:
        np.testing.assert_array_equal(decode_image(file)[..., 0], pixels)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read(form):
    pixels = np.full((48, 48), 77, np.uint8)
    decoded = decode_image(encode(pixels, form))
    assert decoded.shape == (48, 48, 1)
    assert decoded.dtype == np.uint8
    assert abs(decoded.astype(int) - 77).max() <= 1


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no\.jpg does not exist, expected an image"):
        read_image(tmp_path / "no.jpg")


def test_folder(tmp_path):
    with pytest.raises(ValueError, match="is a folder, expected an image file"):
        read_image(tmp_path)


def test_not_an_image_names_the_file(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("not an image")
    with pytest.raises(ValueError, match=r"notes\.jpg is not an image that can be read"):
        read_image(path)


def test_not_an_image_names_what_the_caller_says():
    with pytest.raises(ValueError, match=r"^faces\.zip: a\.jpg is not an image"):
        decode_image(b"none", name="faces.zip: a.jpg")


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "a.jpg").touch()
    with pytest.raises(ValueError, match=r"a\.jpg is empty, expected an image"):
        read_image(tmp_path / "a.jpg")


def test_postscript_never_reaches_ghostscript():
    with pytest.raises(ValueError, match="not an image that can be read"):
        read_image(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n")


@pytest.mark.parametrize("source", [3, None, [1, 2], io.StringIO("text")])
def test_wrong_type(source):
    with pytest.raises(
        TypeError, match="a file opened in binary mode, a PIL image or an array, got"
    ):
        read_image(source)


@pytest.mark.parametrize("form", FORMATS)
def test_a_truncated_file_is_an_error_or_complete(form):
    """What lacks no pixel (only the end mark of a PNG) may pass; nothing is filled in."""
    encoded = encode(noise(20, 30, 3), form)
    whole = decode_image(encoded)
    refused = 0
    for length in range(0, len(encoded), 7):
        try:
            decoded = decode_image(encoded[:length])
        except ValueError:
            refused += 1
        else:
            np.testing.assert_array_equal(decoded, whole)
    assert refused >= len(encoded) // 7 - 3
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_truncated_jpeg_names_file_and_reason(tmp_path):
    path = tmp_path / "cut.jpg"
    path.write_bytes(encode(noise(48, 48), "JPEG")[:-200])
    with pytest.raises(ValueError, match=r"cut\.jpg is a damaged or truncated image \(.*truncated"):
        decode_image(path)


def test_a_truncated_pil_image_is_refused_too():
    lazy = Image.open(io.BytesIO(encode(noise(48, 48), "JPEG")[:-200]))
    with pytest.raises(ValueError, match="damaged or truncated"):
        decode_image(lazy)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_decodes_or_raises_value_error(place, value):
    encoded = bytearray(encode(noise(9, 11, 3), "PNG"))
    encoded[place % len(encoded)] = value
    with contextlib.suppress(ValueError):
        assert decode_image(encoded).shape == (48, 48, 1)


@pytest.mark.parametrize("side", [11_000, 13_000, 20_000])
def test_too_many_pixels_are_refused_from_the_header(side, recwarn):
    """Above and below Pillow's own threshold; no warning of Pillow's gets out."""
    header_only = encode(Image.new("1", (1, 1)))
    size = side.to_bytes(4, "big") * 2
    chunk = b"IHDR" + size + header_only[24:29]
    bomb = header_only[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + header_only[33:]
    with pytest.raises(ValueError, match=f"too many pixels.*at most {MAX_PIXELS:,}"):
        decode_image(bomb)
    assert not recwarn.list


def test_pillow_warnings_stay_inside(recwarn):
    # Pillow warns of transparency bytes in a palette and of a cut EXIF block.
    palette = Image.fromarray(noise(8, 8)).convert("P")
    decode_image(encode(palette, transparency=bytes(range(256))))
    decode_image(encode(noise(8, 8), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff garbage"))
    assert not recwarn.list


def test_threads_leave_the_warning_filters_alone():
    encoded = encode(noise(48, 48), "JPEG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(decode_image, [encoded] * 200))
    assert list(warnings.filters) == before


def test_a_whole_bomb_is_refused(tmp_path):
    """400 million pixels in 400 kB."""
    path = tmp_path / "bomb.png"
    side, squeeze = 20_000, zlib.compressobj(9)
    row = bytes(1 + side)
    packed = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    header = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    chunks = [(b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
            for kind, data in chunks
        )
    )
    assert path.stat().st_size < 400_000
    with pytest.raises(ValueError, match=r"bomb\.png has too many pixels, expected at most"):
        decode_image(path)


def test_a_photo_of_a_phone_with_108_million_pixels_is_read():
    encoded = encode(Image.new("L", (12_000, 9_000), 99), "JPEG")
    assert read_image(encoded).size == (12_000, 9_000)


def test_heic_is_read_where_pillow_heif_is_installed(monkeypatch):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    left_dark = np.full((64, 96, 3), 200, np.uint8)
    left_dark[:, :48] = 50
    encoded = encode(Image.fromarray(left_dark), "HEIF")
    image = read_image(encoded)
    assert image.size == (96, 64)
    assert abs(np.asarray(image).astype(int) - left_dark).mean() < 5
    with pytest.raises(ValueError, match=r"a HEIC photo: convert .*, or install pillow-heif"):
        read_image(encoded[: len(encoded) // 2])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ValueError, match="has too many pixels"):
        read_image(encoded)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ValueError, match=r"a HEIC photo: convert .*, or install pillow-heif"):
        read_image(encoded)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with names are POSIX")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ValueError, match=r"pipe\.png is a device or a pipe, expected an image"):
        read_image(tmp_path / "pipe.png")


@pytest.mark.parametrize("path", ["a\0b.png", "a\ud800b.png"])
def test_a_path_that_no_file_can_have(path):
    with pytest.raises(ValueError, match=r"^'a\\\w+\.png' holds .* no file name can have\.$"):
        read_image(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html>", "a web page: download"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer: get"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC photo: convert"),
        (b"%PDF-1.7\n", "a PDF document: convert"),
    ],
)
def test_what_is_no_image_is_called_what_it_is(tmp_path, content, kind):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ValueError, match=rf"a\.jpg is not an image .* PPM; it is {kind} "):
        read_image(tmp_path / "a.jpg")
