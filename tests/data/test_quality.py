"""Class counts, twins, contradicting labels and blank images of small data sets."""

import numpy as np
import pytest

from minicnn.data.dataset import Dataset, Split
from minicnn.data.quality import inspect_dataset

CLASSES = ("cat", "dog", "bird")


def split(*images):
    """Images of two pixels: (left, right, label)."""
    rows = np.array(images).reshape(-1, 3)
    return Split(rows[:, :2].astype(np.uint8).reshape(-1, 1, 2, 1), rows[:, 2])


@pytest.fixture
def dataset():
    train = split((1, 2, 0), (3, 4, 1), (1, 2, 1), (5, 5, 0), (1, 2, 0), (8, 9, 0), (8, 9, 0))
    early, late = split((3, 4, 1), (6, 7, 2)), split((1, 2, 2), (0, 0, 2), (6, 7, 1))
    test = Split(
        np.concatenate([early.images, late.images]), np.concatenate([early.labels, late.labels])
    )
    return Dataset(train, test, CLASSES, {"early": early, "late": late})


def test_images_of_every_class_and_part(dataset):
    quality = inspect_dataset(dataset)
    assert quality.size == (1, 2)
    assert quality.class_names == CLASSES
    assert {name: part.counts.tolist() for name, part in quality.splits.items()} == {
        "train": [5, 2, 0],
        "test": [0, 2, 3],
        "early": [0, 1, 1],
        "late": [0, 1, 2],
    }


def test_twins_within_a_part_and_among_the_training_images(dataset):
    parts = inspect_dataset(dataset).splits
    assert {name: part.twins for name, part in parts.items()} == {
        "train": 5,
        "test": 2,
        "early": 0,
        "late": 0,
    }
    assert {name: part.twins_in_training for name, part in parts.items()} == {
        "train": 5,
        "test": 2,
        "early": 1,
        "late": 1,
    }


def test_groups_of_twins_over_all_images(dataset):
    # (1, 2) four times, (3, 4), (6, 7) and (8, 9) twice.
    assert inspect_dataset(dataset).groups.tolist() == [4, 2, 2, 2]


def test_labels_that_contradict_each_other(dataset):
    contradictions = inspect_dataset(dataset).contradictions
    assert contradictions == {("cat", "dog", "bird"): 1, ("dog", "bird"): 1}


def test_the_most_frequent_contradiction_comes_first():
    train = split((1, 2, 0), (1, 2, 1), (3, 4, 1), (3, 4, 2), (5, 6, 2), (5, 6, 1))
    contradictions = inspect_dataset(Dataset(train, split((0, 1, 0)), CLASSES)).contradictions
    assert list(contradictions.items()) == [(("dog", "bird"), 2), (("cat", "dog"), 1)]


def test_blank_images_by_place_and_label(dataset):
    parts = inspect_dataset(dataset).splits
    found = {
        name: list(zip(part.blank.tolist(), part.blank_labels.tolist(), strict=True))
        for name, part in parts.items()
    }
    assert found == {"train": [(3, 0)], "test": [(3, 2)], "early": [], "late": [(1, 2)]}


def test_nothing_to_complain_about():
    quality = inspect_dataset(Dataset(split((1, 2, 0)), split((3, 4, 0)), ("cat",)))
    assert quality.groups.size == 0
    assert quality.contradictions == {}
    assert all(part.blank.size == 0 for part in quality.splits.values())
