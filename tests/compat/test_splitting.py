"""split_dataset beside Keras's."""

import numpy as np
import pytest
from oracles import keras

from minicnn import utils
from minicnn.compat.batch_dataset import BatchDataset

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)


def _listed(dataset):
    return [tuple(np.asarray(part).tolist() for part in sample) for sample in dataset]


@pytest.mark.parametrize(
    "arguments",
    [
        {"left_size": 0.7},
        {"right_size": 3, "shuffle": True, "seed": 4},
        {"left_size": 0.25, "right_size": 0.25},
        {"left_size": 4, "right_size": 0.35, "shuffle": True, "seed": 0},
    ],
)
def test_the_parts_are_kerass(arguments):
    theirs = keras().utils.split_dataset((X, Y), **arguments)
    ours = utils.split_dataset((X, Y), **arguments)
    assert [_listed(part) for part in ours] == [_listed(part) for part in theirs]
    assert [len(part) for part in ours] == [len(part) for part in theirs]


def test_samples_become_batches():
    left, right = utils.split_dataset((X, Y), left_size=7)
    assert [len(y) for _, y in left.batch(3)] == [3, 3, 1]
    assert [len(y) for _, y in left.batch(3, drop_remainder=True)] == [3, 3]
    assert [y.tolist() for _, y in right.map(lambda x, y: (x, 2 * y)).batch(2)] == [[14, 16], [18]]
    images = utils.split_dataset(X, right_size=0.5)[1]
    np.testing.assert_array_equal(next(iter(images.batch(5))), X[5:])
    named = utils.split_dataset({"x": X, "y": Y}, left_size=2)[0]
    np.testing.assert_array_equal(next(iter(named.batch(2)))["x"], X[:2])


def test_batches_stay_batches():
    batches = BatchDataset(lambda: iter([(X[:4], Y[:4]), (X[4:8], Y[4:8]), (X[8:], Y[8:])]), 3)
    left, right = utils.split_dataset(batches, left_size=0.6)
    assert [y.tolist() for _, y in left] == [[0, 1, 2, 3], [4, 5]]
    assert [y.tolist() for _, y in right] == [[6, 7, 8, 9]]
    assert len(right) == 1


@pytest.mark.parametrize(
    ("dataset", "arguments", "error", "message"),
    [
        ((X, Y), {}, ValueError, "left_size or right_size must be given"),
        ((X, Y), {"left_size": 10}, ValueError, "left_size must be a number of samples below 10"),
        ((X, Y), {"right_size": 1.0}, ValueError, "right_size must be .* got 1.0"),
        ((X, Y), {"left_size": 0.6, "right_size": 5}, ValueError, r"take 6 \+ 5 samples of 10"),
        ((X, Y), {"left_size": "7"}, TypeError, "left_size must be a number, got str"),
        ((X, Y[:3]), {"left_size": 2}, ValueError, "different lengths"),
        ("ab", {"left_size": 1}, TypeError, "expected arrays or a data set of utils, got str"),
    ],
)
def test_what_cannot_be_split(dataset, arguments, error, message):
    with pytest.raises(error, match=message):
        utils.split_dataset(dataset, **arguments)


def test_no_side_may_be_empty():
    with pytest.raises(ValueError, match=r"left_size=0.01 of 20 samples leaves no sample"):
        utils.split_dataset(np.zeros(20), left_size=0.01)
    with pytest.raises(ValueError, match=r"left_size=0.99 of 20 samples leaves no sample"):
        utils.split_dataset(np.zeros(20), left_size=0.99)
