"""The texts of a run: tables, csv files, pages, the index."""

import csv
from pathlib import Path

import pytest

from benchmarks.page import Page, Table, between, milliseconds, three_digits
from benchmarks.report import BEGIN, END, csv_text, fill_in, markdown_table, page_text
from benchmarks.results import Record

MACHINE = {"processor": "Z80, 1 CPUs for each contender", "versions": "numpy 2.0"}
TABLE = Table("Speeds", ["", "images/s"], [["minicnn", "120.5"], ["a|b", "7"]])


def test_markdown_table_is_aligned_and_escaped():
    assert markdown_table(TABLE).splitlines() == [
        "|         | images/s |",
        "| ------- | -------: |",
        "| minicnn |    120.5 |",
        "| a\\|b    |        7 |",
    ]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"Speeds: row .* has 1 cells, expected 2"):
        markdown_table(TABLE._replace(rows=[["minicnn"]]))


@pytest.mark.parametrize(
    ("value", "text"), [(0.00512, "0.00512"), (5.1, "5.10"), (99.96, "100"), (5120.4, "5120")]
)
def test_numbers_have_three_digits(value, text):
    assert three_digits(value) == text


def test_times_and_ranges():
    assert milliseconds(0.0512) == "51.2"
    assert between(0.944, 1.0) == "0.94-1.00"


def test_csv_names_the_machine_and_holds_every_turn():
    text = csv_text([Record("training", "32", "a, b", 1, 0.123456789)], MACHINE)
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert comments[:2] == ["# processor: Z80, 1 CPUs for each contender", "# versions: numpy 2.0"]
    assert "seconds" in comments[2]
    (row,) = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    assert row == {
        "figure": "training",
        "x": "32",
        "entrant": "a, b",
        "round": "1",
        "value": "0.123457",
    }


def test_a_page_has_text_picture_tables_notes_and_machine():
    page = Page("Training", "Why.", [TABLE], figure=None, alt="Bars of speeds")
    text = page_text("training", page, MACHINE, ["torch.compile does not run here."])
    parts = [
        "# Training",
        "Why.",
        "![Bars of speeds](training.png)",
        "**Speeds**",
        markdown_table(TABLE),
        "torch.compile does not run here.",
        "- versions: numpy 2.0",
        "[training.csv](training.csv)",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_results_take_the_place_of_the_last_ones():
    index = f"# Performance\n\n{BEGIN}\nold \\1\n{END}\n\nHow.\n"
    filled = fill_in(index, "new \\1")
    assert filled == f"# Performance\n\n{BEGIN}\n\nnew \\1\n\n{END}\n\nHow.\n"
    assert fill_in(filled, "new \\1") == filled


def test_an_index_without_the_place_is_refused():
    with pytest.raises(ValueError, match="no part between"):
        fill_in("# Performance\n", "new")


def test_the_index_of_the_docs_has_the_place():
    index = Path(__file__).parents[2] / "docs" / "performance" / "README.md"
    assert "new" in fill_in(index.read_text(encoding="utf-8"), "new")
