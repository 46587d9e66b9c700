"""Found faces and false boxes are counted as a person would count them."""

import pytest
from drawn_photo import PLACES, drawn_photo
from PIL import Image

from benchmarks.face_detectors import TrueFace, changed, compared, main
from minicnn.fer.detection.face import Box

LEFT, RIGHT = Box(0, 0, 30, 40), Box(100, 0, 30, 40)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], (0, 0)),
        ([LEFT, RIGHT], (2, 0)),
        ([Box(-5, 0, 40, 40)], (1, 0)),  # a square around it
        ([LEFT, Box(2, 2, 30, 40)], (1, 1)),  # the same face twice
        ([Box(50, 0, 30, 40), RIGHT], (1, 1)),
        ([Box(0, 0, 130, 130)], (0, 1)),
    ],
)
def test_a_face_is_found_by_one_box_around_it(boxes, expected):
    assert compared([TrueFace(LEFT), TrueFace(RIGHT)], boxes) == expected


def test_an_unclear_face_is_neither_found_nor_false():
    assert compared([TrueFace(LEFT), TrueFace(RIGHT, unclear=True)], [LEFT, RIGHT]) == (1, 0)


def test_the_face_is_where_it_is_said_to_be_after_the_change():
    photo = Image.new("RGB", (200, 100))
    photo.paste((200, 200, 200), (120, 30, 160, 80))
    found, box = changed(photo, Box(120, 30, 40, 50), width=20, dark=0.5)
    assert found.size == (100, 100)
    assert box == (40, 38, 20, 25)
    assert found.getpixel((50, 50)) == (100, 100, 100)
    assert found.getpixel((5, 50)) == (0, 0, 0)
    turned, _ = changed(photo, Box(120, 30, 40, 50), turn=90)
    assert turned.getbbox() == pytest.approx((75, 80, 125, 120), abs=1)


def test_the_table_counts_faces_and_photos(tmp_path, capsys):
    drawn_photo().save(tmp_path / "a.png")
    Image.new("RGB", (99, 99)).save(tmp_path / "b.png")
    rows = [f"a.png,{x},{y},{side},{side}," for x, y, side in PLACES]
    (tmp_path / "true.csv").write_text(
        "\n".join(["file,x,y,width,height,unclear", *rows, "b.png,,,,,"])
    )
    main([str(tmp_path), str(tmp_path / "true.csv"), "--detector", "haar"])
    assert (
        capsys.readouterr().out.splitlines()[2].startswith("| haar | 2 | 3 of 3 | 0, in 0 photos")
    )
