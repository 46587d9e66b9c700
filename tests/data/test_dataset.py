"""What every data source ends in."""

import numpy as np

from minicnn.data.dataset import Dataset, Split


def split(n):
    return Split(np.zeros((n, 48, 48, 1), np.uint8), np.zeros(n, np.int64))


def test_every_part_has_a_name():
    train, test, half = split(3), split(2), split(1)
    data = Dataset(train, test, ("happy",), {"PublicTest": half})
    assert data.splits == {"train": train, "test": test, "PublicTest": half}
    assert len(data.splits["PublicTest"]) == 1


def test_it_is_shown_in_a_line():
    assert repr(split(28_709)) == "Split(28,709 images of shape (48, 48, 1))"
    assert repr(Dataset(split(3), split(2), ("happy",))).startswith("Dataset(train=Split(3 images")
