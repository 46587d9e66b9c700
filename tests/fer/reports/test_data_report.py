"""What is in a data set, as text."""

import numpy as np
import pytest

from minicnn.data.quality import DataQuality, SplitQuality
from minicnn.fer.reports.data_report import data_report

NONE = np.array([], int)


def quality(train=(1200, 300), test=(40, 60), **changes):
    parts = {
        "train": SplitQuality(np.array(train), 30, 30, NONE, NONE),
        "test": SplitQuality(np.array(test), 2, 5, NONE, NONE),
    }
    return DataQuality(
        **{
            "size": (48, 48),
            "class_names": ("cat", "dog"),
            "splits": parts,
            "groups": np.array([12, 3, 2]),
            "contradictions": {("cat", "dog"): 2},
        }
        | changes
    )


def sentences(report):
    return " ".join(report.split()).split(" • ")[1:]


def row_of(report, title):
    return next(
        line[len(title) :].split() for line in report.splitlines() if line.startswith(title)
    )


def test_the_tables():
    report = data_report(quality())
    lines = [line.split() for line in report.splitlines()]
    assert ["images", "train", "test", "of", "training"] in lines
    assert ["cat", "1,200", "40", "80.0%", "█" * 20] in lines
    assert ["dog", "300", "60", "20.0%", "█" * 5] in lines
    assert ["all", "1,500", "100"] in lines
    assert row_of(report, "with a twin in the same part") == ["30", "2"]
    assert row_of(report, "with a twin among the training images") == ["30", "5"]
    assert ["blank", "0", "0"] in lines


def test_the_sentences():
    size, balance, twins, contradictions, across = sentences(data_report(quality()))
    assert size == "All images are read at 48 x 48 pixels."
    assert balance.startswith("The largest class has 4.0 times the training images of the smallest")
    assert twins.startswith("Twins are images with the same pixels: 3 groups, 17 images together;")
    assert "the largest group has 12." in twins
    assert contradictions == (
        "Contradicting labels: in 2 groups, twins have different labels: cat/dog 2."
    )
    assert across.startswith("5 of the 100 test images are also among the training images;")


@pytest.mark.parametrize(
    ("train", "test", "sentence"),
    [
        ((7, 0), (1, 1), "train has no image of dog."),
        ((7, 7), (0, 1), "test has no image of cat."),
    ],
)
def test_an_empty_class_is_named(train, test, sentence):
    assert sentence in sentences(data_report(quality(train, test)))


def test_a_balanced_set_without_trouble_has_nothing_to_tell():
    clean = {
        "train": SplitQuality(np.array([9, 9]), 0, 0, NONE, NONE),
        "test": SplitQuality(np.array([2, 2]), 0, 0, NONE, NONE),
    }
    report = data_report(quality(splits=clean, groups=NONE, contradictions={}))
    assert sentences(report) == [
        "All images are read at 48 x 48 pixels.",
        "No image has a twin (another image with the same pixels).",
    ]


def test_blank_images_are_named_up_to_a_dozen():
    places, labels = np.arange(3, 18), np.array([0] * 14 + [1])
    parts = {
        "train": SplitQuality(np.array([20, 20]), 0, 0, places, labels),
        "test": SplitQuality(np.array([2, 2]), 0, 0, np.array([4]), np.array([1])),
    }
    *_, train, test = sentences(data_report(quality(splits=parts)))
    named = ", ".join(f"{i} (cat)" for i in range(3, 15))
    assert train == f"Blank images of train, numbered from 0: {named} and 3 more."
    assert test == "Blank images of test, numbered from 0: 4 (dog)."


def test_files_that_are_left_out_are_counted():
    assert sentences(data_report(quality(), ignored=1234))[-1].startswith("1,234 files are skipped")
    assert "skipped" not in data_report(quality())
