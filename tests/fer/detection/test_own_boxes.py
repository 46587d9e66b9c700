"""Boxes from the user, and from a csv file."""

import pytest

from minicnn.fer.detection.face import Box
from minicnn.fer.detection.own_boxes import checked_boxes, read_boxes


def test_boxes_keep_their_order_and_are_cut_off_at_the_edge():
    found = checked_boxes([(50, 10, 20, 30), (-5, -5, 10.4, 10), [90, 0, 99, 99]], (100, 60))
    assert [face.box for face in found] == [
        Box(50, 10, 20, 30),
        Box(0, 0, 5, 5),
        Box(90, 0, 10, 60),
    ]


@pytest.mark.parametrize(
    "box", [(100, 0, 9, 9), (0, 60, 9, 9), (-9, 0, 9, 9), (0, 0, 0, 9), (5, 5, -2, 9)]
)
def test_a_box_without_a_pixel_of_the_photo_is_refused(box):
    with pytest.raises(ValueError, match=r"holds no pixel of the photo, which has 100 x 60 pixels"):
        checked_boxes([box], (100, 60))


@pytest.mark.parametrize(
    "box", [(1, 2, 3), (0, 0, float("nan"), 9), (0, 0, float("inf"), 9), "wide", (0, 0, None, 9), 7]
)
def test_a_box_is_four_numbers(box):
    with pytest.raises(ValueError, match="a box is x, y, width and height, got"):
        checked_boxes([box], (100, 60))


def written(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


def test_a_csv_file_has_a_row_for_each_face(tmp_path):
    file = written(
        tmp_path / "boxes.csv",
        "width,file,emotion,x,y,height\n30,a.jpg,sad,1,2,40\n5.5,a.jpg,,3,4,6\n,b.jpg,,,,\n",
        "utf-8-sig",
    )
    assert read_boxes(file) == {"a.jpg": [(1, 2, 30, 40), (3, 4, 5.5, 6)], "b.jpg": []}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no column file, x, y, width, height, expected csv"),
        ("file,x,y,w,h\na,1,2,3,4\n", "has no column width, height"),
        (
            "file,x,y,width,height\na,1,2,3,four\n",
            r"line 2: expected numbers .*, got 1, 2, 3, four",
        ),
        ("file,x,y,width,height\na,1,2\n", r"line 2: expected numbers"),
        ("file,x,y,width,height\na,1,2,nan,4\n", r"line 2: expected numbers .*, got 1, 2, nan, 4"),
        ("file,x,y,width,height\n,1,2,3,4\n", r"line 2: file is empty"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path, text, told):
    with pytest.raises(ValueError, match=told):
        read_boxes(written(tmp_path / "boxes.csv", text))


def test_another_encoding_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"boxes\.csv is not csv in UTF-8"):
        read_boxes(written(tmp_path / "boxes.csv", "file,x,y,width,height\nü", "latin-1"))


def test_an_endless_field_is_refused(tmp_path):
    text = 'file,x,y,width,height\n"' + 200_000 * "2"
    with pytest.raises(ValueError, match=r"boxes\.csv is not csv \(field larger than field limit"):
        read_boxes(written(tmp_path / "boxes.csv", text))
