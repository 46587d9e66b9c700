"""What a JPEG lacks is told though an end mark follows; what is whole passes."""

import io

import pytest
from pictures import encode, noise
from PIL import Image, ImageDraw

from minicnn.data.images import decode_image
from minicnn.data.reading import read_image

END = b"\xff\xd9"
KINDS = {
    "baseline": {},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 3},
    "optimised": {"optimize": True, "quality": 30},
    "thumbnail": {"exif": b"Exif\0\0\xff\xd9\xff\xda\0\x02" + END},
}


def jpeg(mode="RGB", side=(61, 400), **options):
    return encode(Image.fromarray(noise(*side)).convert(mode), "JPEG", **options)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_one_passes_with_anything_behind_it(kind, mode):
    encoded = jpeg(mode, **KINDS[kind])
    for behind in (b"", bytes(300), encoded, END):
        assert read_image(encoded + behind).size == (400, 61)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [END, END + bytes(300)])
def test_a_cut_one_is_refused_with_an_end_mark_as_well(kind, mode, behind):
    encoded = jpeg(mode, **KINDS[kind])
    for left in (0.97, 0.75, 0.5):
        with pytest.raises(ValueError, match=r"it\.jpg is a (damaged or )?truncated image"):
            read_image(encoded[: int(left * len(encoded))] + behind, name="it.jpg")


def test_flat_grey_is_no_missing_block():
    assert read_image(encode(Image.new("L", (300, 200), 128), "JPEG")).size == (300, 200)


def test_a_pil_image_is_checked_until_it_is_decoded():
    encoded = jpeg()
    with pytest.raises(ValueError, match="truncated image"):
        decode_image(Image.open(io.BytesIO(encoded[: len(encoded) // 2] + END)))
    drawn_on = Image.open(io.BytesIO(encoded))
    ImageDraw.Draw(drawn_on).rectangle((0, 0, 300, 50), fill="red")
    decode_image(drawn_on)
    smaller = Image.open(io.BytesIO(encoded))
    smaller.draft("L", (100, 16))
    decode_image(smaller)


def test_a_second_picture_in_the_file_is_left_alone():
    pictures = [Image.fromarray(noise(60, 80)), Image.fromarray(noise(60, 80)).rotate(180)]
    file = io.BytesIO()
    pictures[0].save(file, "MPO", save_all=True, append_images=pictures[1:])
    opened = Image.open(io.BytesIO(file.getvalue()))
    decode_image(opened)
    opened.seek(1)
    decode_image(opened)
    assert read_image(file.getvalue()).size == (80, 60)
