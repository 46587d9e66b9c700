"""What stands beside the pixels of a PNG is no reason to refuse them."""

import io
import tracemalloc
import zlib

import numpy as np
import pytest
from pictures import encode, noise
from PIL import Image

from minicnn.data.images import decode_image
from minicnn.data.png_chunks import without_metadata
from minicnn.data.reading import read_image

PIXELS = noise(48, 48)
MEGABYTE = 1 << 20
LONG = zlib.compress(bytes(3 * MEGABYTE))


def chunk(kind, content, *, damage=0):
    checksum = zlib.crc32(kind + content) ^ damage
    return len(content).to_bytes(4, "big") + kind + content + checksum.to_bytes(4, "big")


def png(*chunks, last=False, pixels=PIXELS, **options):
    """A PNG with chunks between header and pixels, or behind the pixels."""
    encoded = encode(pixels, **options)
    place = len(encoded) - 12 if last else 33
    return encoded[:place] + b"".join(chunks) + encoded[place:]


METADATA = {
    "compressed text": chunk(b"zTXt", b"Comment\0\0" + LONG),
    "international text": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LONG),
    "colour profile": chunk(b"iCCP", b"profile\0\0" + LONG),
    "many texts": chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MEGABYTE - 1))) * 70,
    "many small ones": chunk(b"tEXt", b"a\0b") * 20_000,
    "text with a wrong checksum": chunk(b"tEXt", b"a\0b", damage=1),
    "text that is no zlib": chunk(b"zTXt", b"a\0\0nothing"),
    "text of an unknown compression": chunk(b"zTXt", b"a\0\7nothing"),
    "profile without a name": chunk(b"iCCP", b""),
    "gamma that is too short": chunk(b"gAMA", b""),
    "a private chunk": chunk(b"prVt", bytes(2 * MEGABYTE)),
}


@pytest.mark.parametrize("kind", METADATA)
@pytest.mark.parametrize("last", [False, True])
def test_the_pixels_are_read(kind, last):
    encoded = png(METADATA[kind], last=last)
    np.testing.assert_array_equal(decode_image(encoded)[..., 0], PIXELS)
    lazy = Image.open(io.BytesIO(png(METADATA[kind], last=True)))  # as a user may open it
    np.testing.assert_array_equal(decode_image(lazy)[..., 0], PIXELS)


def test_transparency_and_orientation_stay():
    exif = Image.Exif()
    exif[274] = 3
    corner = Image.new("LA", (48, 48), (0, 0))
    corner.putpixel((0, 0), (9, 255))
    plain = encode(corner, exif=exif)
    encoded = png(METADATA["colour profile"], pixels=corner, exif=exif)
    expected = decode_image(plain)
    assert (expected[-1, -1, 0], expected[0, 0, 0]) == (9, 255)
    np.testing.assert_array_equal(decode_image(encoded), expected)


def test_the_first_frame_of_an_animation():
    frames = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    encoded = file.getvalue()
    encoded = encoded[:33] + METADATA["compressed text"] + encoded[33:]
    np.testing.assert_array_equal(decode_image(encoded)[..., 0], PIXELS)


@pytest.mark.parametrize("last", [False, True])
def test_a_bomb_of_text_takes_no_memory(last):
    encoded = png(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(400 * MEGABYTE))), last=last)
    tracemalloc.start()
    try:
        read_image(encoded)
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_chunk_that_claims_gigabytes_takes_no_memory(tmp_path):
    whole = png()
    forged = whole[:33] + (1 << 31).to_bytes(4, "big") + b"IDAT" + whole[41:]
    (tmp_path / "it.png").write_bytes(forged)
    tracemalloc.start()
    try:
        with (tmp_path / "it.png").open("rb") as file:
            assert without_metadata(file) == forged
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_damaged_pixels_are_still_refused():
    whole = png(METADATA["compressed text"])
    for encoded in (whole[: len(whole) // 2 + 2000], whole[:-300]):
        with pytest.raises(ValueError, match=r"it\.png is (a damaged|not an image)"):
            read_image(encoded, name="it.png")


def test_what_is_no_png_is_left_alone():
    assert without_metadata(io.BytesIO(b"GIF89a")) is None
    plain = encode(PIXELS)
    assert without_metadata(io.BytesIO(plain)) == plain
