import numpy as np
import oracles
import pytest

from minicnn.labels import to_categorical


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [2]], [[0, 1], [2, 2]], 1, [[[1]], [[0]]]])
@pytest.mark.parametrize("num_classes", [None, 3, 5])
def test_one_hot_rows_are_kerass(labels, num_classes):
    ours = to_categorical(labels, num_classes)
    assert ours.dtype == np.float32
    expected = oracles.keras().utils.to_categorical(labels, num_classes)
    assert ours.shape == expected.shape
    np.testing.assert_array_equal(ours, expected)


def test_no_labels_make_no_rows():
    assert to_categorical([], 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 3], 3), "to_categorical: labels must be integers from 0 to 2, got 3 at index 1"),
        (([0, -1],), "labels must be integers from 0 on, got -1 at index 1"),
        (([[0, 1], [-1, 0]],), "got -1 at index 1, 0"),
        (([0.5],), "got 0.5 at index 0"),
        (([0.0, float("nan")], 2), "got nan at index 1"),
        ((7, 7), "got 7 at index 0"),
        ((["happy"],), "labels must be integers, got dtype <U5"),
        (([],), "without labels the number of classes is unknown; pass num_classes"),
    ],
)
def test_bad_labels_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        to_categorical(*arguments)
