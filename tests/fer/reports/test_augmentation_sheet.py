"""The sheet of augmented faces: what stands where."""

import numpy as np
import pytest
from tiny import faces

from minicnn.data.dataset import Split
from minicnn.fer.reports.augmentation_sheet import augmentation_sheet


@pytest.fixture(scope="module")
def split():
    return faces().train


def as_array(page):
    return np.asarray(page).astype(int)


def places(page, image):
    """Corners of the places where an image stands on the page at twice its size."""
    large = np.kron(image[:, :, 0], np.ones((2, 2), int))
    h, w = large.shape
    corners = np.argwhere(page[: -h + 1 or None, : -w + 1 or None] == large[0, 0])
    return [
        tuple(corner)
        for corner in corners
        if (page[corner[0] : corner[0] + h, corner[1] : corner[1] + w] == large).all()
    ]


def test_the_originals_stand_in_the_first_column_in_the_order_of_the_emotions(split):
    page = as_array(augmentation_sheet(split, seed=3))
    found = {}
    for image, label in zip(split.images, split.labels, strict=True):
        corners = places(page, image)
        if corners:
            assert label not in found
            found[int(label)] = corners[0]
    assert sorted(found) == list(range(7))
    assert len({left for _, left in found.values()}) == 1
    tops = [found[label][0] for label in range(7)]
    assert tops == sorted(tops)


def test_the_seed_names_the_sheet(split):
    one, same, other = (as_array(augmentation_sheet(split, seed=seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert one.shape == other.shape
    assert (one != other).mean() > 0.2


def test_an_emotion_without_an_image_is_refused(split):
    without = split.labels != 2
    with pytest.raises(ValueError, match="the split has no image of 'fear'"):
        augmentation_sheet(Split(split.images[without], split.labels[without]))
