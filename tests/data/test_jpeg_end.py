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


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_that_lacks_only_its_end_mark_has_every_pixel(kind, mode, tmp_path):
    encoded = jpeg(mode, **KINDS[kind])
    whole = read_image(encoded).tobytes()
    path = tmp_path / "it.jpg"
    for cut in (encoded[:-2], encoded[:-1], encoded[:-2] + b"\n"):
        path.write_bytes(cut)
        assert read_image(path).tobytes() == whole
        assert read_image(cut).tobytes() == whole
        with Image.open(path) as opened:
            decode_image(opened)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_at_any_place_is_refused_or_lacks_no_pixel(kind):
    encoded = jpeg(side=(40, 56), **KINDS[kind])
    whole = read_image(encoded).tobytes()
    refused = 0
    for length in range(2, len(encoded) - 2):
        try:
            decoded = read_image(encoded[:length])
        except ValueError:
            refused += 1
        else:
            assert decoded.tobytes() == whole
    assert refused > len(encoded) - 10


def scans(encoded):
    """Places of the scans of a JPEG, and of its end."""
    places, place = [], 2
    while True:
        place = encoded.index(b"\xff", place)
        code = encoded[place + 1]
        if code in (0xDA, 0xD9):
            places.append(place)
        if code == 0xD9:
            return places
        place += 2
        if code != 0 and not 0xD0 <= code <= 0xD7:
            place += int.from_bytes(encoded[place : place + 2], "big")


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_progressive_one_needs_all_its_scans(mode):
    """A cut between two scans leaves a picture that is whole and coarse."""
    encoded = jpeg(mode, progressive=True)
    places = scans(encoded)
    assert len(places) > 5
    for place in places[1:-1]:
        with pytest.raises(ValueError, match="truncated image"):
            read_image(encoded[:place])
    read_image(encoded[: places[-1]])


@pytest.mark.parametrize("kind", KINDS)
def test_zeros_in_the_place_of_blocks_are_no_blocks(kind):
    """Broken downloads are filled up with them; to a decoder they are codes as others are."""
    encoded = jpeg(side=(48, 48), **KINDS[kind])
    for left in (0.5, 0.8, 0.95):
        length = int(left * len(encoded))
        with pytest.raises(ValueError, match="truncated image"):
            read_image(encoded[:length] + bytes(len(encoded) - length))


def test_zeros_that_are_blocks_are_left_alone():
    """Of a flat picture with codes of its own, the scan is zeros to its end."""
    encoded = encode(Image.new("L", (512, 512), 255), "JPEG", optimize=True)[:-2]
    assert encoded.endswith(bytes(100))
    assert read_image(encoded).getextrema() == (255, 255)


COMMENT = b"\xff\xfe\0\5abc"


@pytest.mark.parametrize("kind", KINDS)
def test_a_comment_behind_the_last_scan_may_end_with_zeros_and_must_be_whole(kind):
    encoded = jpeg(side=(48, 48), **KINDS[kind])[:-2]
    assert read_image(encoded + COMMENT[:-1] + b"\0").size == (48, 48)
    for length in (2, 3, 4, 6):
        with pytest.raises(
            ValueError, match=r"truncated image \((a JPEG that ends|image file is t)"
        ):
            read_image(encoded + COMMENT[:length])
