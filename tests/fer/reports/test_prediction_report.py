"""Predictions for many files: a table for people, csv and JSON for programs."""

import csv
import io
import json

import pytest
from PIL import Image

from minicnn.fer.prediction.photos import Box, Face, Photo
from minicnn.fer.prediction.predict import Prediction
from minicnn.fer.reports.prediction_report import csv_lines, json_lines, printable, table_lines

NAMES = ("happy", "sad", "surprise")
SURE = Prediction({"happy": 0.93, "sad": 0.06, "surprise": 0.01})
UNSURE = Prediction({"happy": 0.3, "sad": 0.45, "surprise": 0.25})
ERROR = ValueError('half.jpg is "damaged", or truncated.')


def photo(*faces):
    return Photo(Image.new("RGB", (1, 1)), list(faces))


FILES = [("one.jpg", SURE), ("half.jpg", ERROR), ("two, 2.jpg", UNSURE)]
PHOTOS = [
    ("group.jpg", photo(Face(Box(1, 2, 30, 31), SURE), Face(Box(400, 5, 60, 61), UNSURE))),
    ("half.jpg", ERROR),
    ("sea.jpg", photo()),
]


def table(results, *, faces):
    return list(table_lines(results, [file for file, _ in results], NAMES, faces=faces))


def test_the_table_of_files():
    assert table(FILES, faces=False) == [
        "file         emotion    confidence            next",
        "─" * 65,
        "one.jpg      happy           93.0%            sad (6.0%)",
        "two, 2.jpg   sad             45.0%   unsure   happy (30.0%)",
        "",
        "unsure: below 50%, so the other emotions together are more probable.",
    ]


def test_the_table_of_faces():
    lines = table(PHOTOS, faces=True)
    assert lines[2:5] == [
        "group.jpg   1      1, 2, 30              happy           93.0%            sad (6.0%)",
        "group.jpg   2      400, 5, 60            sad             45.0%   unsure   happy (30.0%)",
        "sea.jpg     no face found",
    ]
    assert " ".join(lines[0].split()) == "file face x, y, size emotion confidence next"


def test_unsure_is_explained_only_where_it_occurs():
    assert table(FILES[:1], faces=False)[-1].startswith("one.jpg")


def test_there_is_no_table_of_errors_alone():
    assert table(FILES[1:2], faces=False) == []


def test_wide_letters_take_two_columns():
    lines = table([("写真.jpg", SURE), ("photo.jpg", SURE)], faces=False)
    assert lines[2].index("happy") + 2 == lines[3].index("happy")


def test_a_single_class_has_no_other():
    lines = list(table_lines([("a", Prediction({"face": 1.0}))], ["a"], ["face"], faces=False))
    assert lines[2].split() == ["a", "face", "100.0%"]


@pytest.mark.parametrize("name", ["two\nlines.jpg", "red\x1b[31m.jpg", "na\udcefve.jpg"])
def test_names_cannot_command_the_terminal(name):
    lines = table([(name, SURE)], faces=False)
    assert len(lines) == 3
    assert printable(lines[2]) == lines[2]
    assert "?" in lines[2]


def rows_of(results, *, faces):
    return list(csv.DictReader(csv_lines(results, NAMES, faces=faces)))


def test_the_csv_of_files():
    one, half, two = rows_of(FILES, faces=False)
    columns = ["file", "emotion", "confidence", "unsure", *NAMES, "error"]
    assert list(one) == columns
    expected = ["one.jpg", "happy", "0.93", "false", "0.93", "0.06", "0.01", ""]
    assert list(one.values()) == expected
    assert (half["file"], half["emotion"], half["error"]) == ("half.jpg", "", str(ERROR))
    assert (two["file"], two["unsure"]) == ("two, 2.jpg", "true")


def test_a_name_of_two_lines_is_one_field_of_the_csv():
    lines = list(csv_lines([("two\nlines.jpg", SURE), ("one.jpg", SURE)], NAMES, faces=False))
    rows = list(csv.DictReader(io.StringIO("\n".join(lines) + "\n", newline="")))
    assert [row["file"] for row in rows] == ["two\nlines.jpg", "one.jpg"]
    assert [row["emotion"] for row in rows] == ["happy", "happy"]


def test_the_csv_of_faces():
    first, second, half, sea = rows_of(PHOTOS, faces=True)
    place = ("face", "x", "y", "width", "height")
    assert [first[column] for column in place] == ["1", "1", "2", "30", "31"]
    assert [second[column] for column in place] == ["2", "400", "5", "60", "61"]
    assert (first["emotion"], second["emotion"]) == ("happy", "sad")
    assert half["error"] == str(ERROR)
    assert {column for column, value in sea.items() if value} == {"file"}


def test_the_json_of_files():
    one, half, two = json.loads("\n".join(json_lines(FILES)))
    assert one == {
        "file": "one.jpg",
        "emotion": "happy",
        "confidence": 0.93,
        "unsure": False,
        "probabilities": SURE.probabilities,
    }
    assert half == {"file": "half.jpg", "error": str(ERROR)}
    assert two["unsure"] is True


def test_the_json_of_faces():
    group, _, sea = json.loads("\n".join(json_lines(PHOTOS)))
    assert [face["x"] for face in group["faces"]] == [1, 400]
    assert group["faces"][1]["emotion"] == "sad"
    assert sea == {"file": "sea.jpg", "faces": []}
    assert json.loads("\n".join(json_lines([]))) == []


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_lines_come_as_results_do(form):
    def endless():
        while True:
            yield "one.jpg", SURE

    lines = {
        "table": table_lines(endless(), ["one.jpg"], NAMES, faces=False),
        "csv": csv_lines(endless(), NAMES, faces=False),
        "json": json_lines(endless()),
    }[form]
    for _ in range(5):
        line = next(lines)
    assert "happy" in line
