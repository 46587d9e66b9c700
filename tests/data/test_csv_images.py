"""Images written as numbers in a csv file."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.csv_images import Columns, read_csv_images

COLUMNS = Columns(label="kind", pixels="pixels", split="Usage")
HEADER = "kind,pixels,Usage\n"


def read(text, **options):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    arguments = {"columns": COLUMNS, "labels": {"0": 4, "1": 2}, "splits": ("A", "B")}
    return read_csv_images(file, "pets.csv", size=(2, 2), **arguments, **options)


def test_pixels_labels_and_splits():
    done = []
    images, labels, splits = read(
        HEADER + "0,1 2 3 4,A\n1,255 0 7 10,B\n0,0 0 0 0,A\n", advance=done.append
    )
    assert images[..., 0].tolist() == [[[1, 2], [3, 4]], [[255, 0], [7, 10]], [[0, 0], [0, 0]]]
    assert images.dtype == np.uint8
    assert labels.tolist() == [4, 2, 4]
    assert labels.dtype == np.int64
    assert splits.tolist() == [0, 1, 0]
    assert sum(done) == 7 + 10 + 7


@pytest.mark.parametrize(
    "text",
    [
        "kind, Usage, pixels\n1,B,1 2 3 4\n",
        "\ufeffUSAGE,more,Kind ,Pixels\n B ,x,1,  1 2  3 4 \n",
        'kind,pixels,Usage\r\n"1","1 2 3 4","B"\r\n\r\n\r\n',
        "kind,pixels,Usage\n1,1 2 3 4,B",
    ],
)
def test_the_same_row_in_other_clothes(text):
    images, labels, splits = read(text)
    assert images.ravel().tolist() == [1, 2, 3, 4]
    assert (labels.tolist(), splits.tolist()) == ([2], [1])


@given(st.lists(st.lists(st.integers(0, 255), min_size=4, max_size=4), max_size=5))
def test_any_pixels_come_back(rows):
    images, _, _ = read(HEADER + "".join(f"0,{' '.join(map(str, row))},A\n" for row in rows))
    assert images.reshape(-1, 4).tolist() == rows


def test_more_rows_than_are_held_at_a_time():
    images, _, _ = read(HEADER + "".join(f"0,0 0 {i // 256} {i % 256},A\n" for i in range(2345)))
    assert images.shape == (2345, 2, 2, 1)
    assert (images[:, 1, 0, 0] * 256.0 + images[:, 1, 1, 0] == np.arange(2345)).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0,1 2 3,A", r"3 pixels, expected 4 \(2 x 2\)"),
        ("0,1 2 3 4 5,A", r"5 pixels, expected 4 \(2 x 2\)"),
        ("0,,A", "0 pixels, expected 4"),
        ("0,1 2 3 256,A", "pixel '256' is not a whole number from 0 to 255"),
        ("0,1 2 -3 4,A", "pixel '-3' is not a whole number"),
        ("0,1 2 3.0 4,A", r"pixel '3\.0' is not a whole number"),
        ("0,1 2 x 4,A", "pixel 'x' is not a whole number"),
        ("0," + "1" * 99 + " 2 3 4,A", "pixel '1{20}' is not a whole number"),
        ("7,1 2 3 4,A", "kind is '7', expected one of 0, 1"),
        (",1 2 3 4,A", "kind is '', expected one of 0, 1"),
        ("0,1 2 3 4,C", "Usage is 'C', expected one of A, B"),
        ("0,1 2 3 4", "Usage is '', expected one of A, B"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, 1500])
def test_a_wrong_row_is_named_by_its_line(row, message, before):
    text = HEADER + "0,1 2 3 4,A\n" * before + "\n" + row + "\n"
    with pytest.raises(ValueError, match=rf"^pets\.csv, line {before + 3}: {message}"):
        read(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind,pixels\n", "line 1: expected the columns kind, pixels, Usage once each, found kind"),
        ("a,b\n1,2\n", "line 1: expected the columns .* found none of them"),
        ("kind,pixels,Usage, Usage\n0,1 2 3 4,A,A\n", "line 1: expected the columns .* once each"),
        ("", "is not a csv file that can be read"),
        (HEADER + '0,"1 2 3', "is not a csv file that can be read"),
        (HEADER.encode() + b"0,\xff\xfe,A\n", "is not a csv file that can be read"),
        (b"PK\3\4\0\0\0\xff\xfe", "pets.csv"),
    ],
)
def test_a_wrong_file_is_named(text, message):
    with pytest.raises(ValueError, match=message):
        read(text)
