import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicnn.data.batches import ArrayBatches, BatchSource, class_weights_to_sample_weights, take


def arrays(n):
    x = np.arange(n, dtype=np.float32)[:, None]
    return x, 10 * x, 100 * x[:, 0]


@given(st.integers(1, 40), st.integers(1, 50), st.booleans(), st.integers(0, 5))
def test_an_epoch_shows_every_sample_once(n, batch_size, shuffle, epoch):
    x, y, weight = arrays(n)
    source = ArrayBatches(x, y, weight, batch_size=batch_size, shuffle=shuffle)
    batches = list(source.batches(epoch))
    assert len(batches) == len(source)
    assert all(len(batch.x) == batch_size for batch in batches[:-1])
    indices = np.concatenate([batch.indices for batch in batches])
    np.testing.assert_array_equal(np.sort(indices), np.arange(n))
    for batch in batches:
        np.testing.assert_array_equal(batch.x[:, 0], batch.indices)
        np.testing.assert_array_equal(batch.y, 10 * batch.x)
        np.testing.assert_array_equal(batch.sample_weight, 100 * batch.x[:, 0])


def test_several_inputs_stay_together():
    x, y, weight = arrays(11)
    source = ArrayBatches((x, np.hstack([x, x])), y, weight, batch_size=4, shuffle=True)
    assert len(source) == 3
    for batch in source.batches(1):
        first, second = batch.x
        np.testing.assert_array_equal(first[:, 0], batch.indices)
        np.testing.assert_array_equal(second, np.hstack([first, first]))
        np.testing.assert_array_equal(batch.y, 10 * first)
    assert take((x, y), slice(2))[1].tolist() == y[:2].tolist()


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (arrays(4)[0], "x has 4 samples and y has 3; the numbers must be equal"),
        ((arrays(4)[0], arrays(3)[0]), "x has 4 samples and y has 3; the numbers must be equal"),
        ((arrays(3)[0], arrays(4)[0]), "x has 4 samples and y has 3; the numbers must be equal"),
        ((arrays(3)[0], arrays(2)[0]), "x has 2 samples and y has 3; the numbers must be equal"),
    ],
)
def test_inputs_and_targets_are_as_many(x, message):
    with pytest.raises(ValueError, match=message):
        ArrayBatches(x, arrays(3)[1])


def test_weights_are_as_many_and_there_is_a_sample():
    x, y, weight = arrays(3)
    with pytest.raises(ValueError, match="sample_weight has 2 values for 3 samples"):
        ArrayBatches(x, y, weight[:2])
    with pytest.raises(ValueError, match="x holds no samples"):
        ArrayBatches(x[:0], y[:0])


def order(epoch, seed=0, batch_size=7):
    x, y, _ = arrays(30)
    source = ArrayBatches(x, y, batch_size=batch_size, shuffle=True, seed=seed)
    return np.concatenate([batch.indices for batch in source.batches(epoch)]).tolist()


def test_the_order_is_a_function_of_seed_and_epoch():
    assert order(3) == order(3)
    assert order(3) == order(3, batch_size=2)
    assert order(3) != order(4)
    assert order(3) != order(3, seed=1)
    assert order(0) != list(range(30))


def test_it_is_a_batch_source():
    assert isinstance(ArrayBatches(*arrays(3)), BatchSource)
    assert not isinstance(np.zeros(3), BatchSource)


@pytest.mark.parametrize("size", [0, -2, 1.5, True, "8"])
def test_bad_batch_sizes(size):
    with pytest.raises(ValueError, match="batch_size must be a positive integer"):
        ArrayBatches(*arrays(3), batch_size=size)


def test_class_weights():
    labels = np.array([0, 2, 1, 2])
    for y in (labels, labels[:, None], np.eye(3)[labels]):
        weights = class_weights_to_sample_weights(y, {0: 0.5, 2: 3.0})
        np.testing.assert_array_equal(weights, [0.5, 3.0, 1.0, 3.0])
        assert weights.dtype == np.float32


@pytest.mark.parametrize("key", ["0", "happy", 3, -1, 0.5, float("nan"), None, (0,), np.int64(7)])
def test_a_class_weight_for_no_class_is_refused(key):
    for y in (np.array([0, 2, 1]), np.eye(3)):
        message = f"class_weight: {re.escape(repr(key))} is not the index of a class, .* 0 to 2"
        with pytest.raises(ValueError, match=message):
            class_weights_to_sample_weights(y, {0: 1.0, key: 2.0})


@pytest.mark.parametrize("key", [1, np.int64(1), np.float32(1), 1.0, True])
def test_a_class_may_be_any_whole_number(key):
    weights = class_weights_to_sample_weights(np.array([0, 1, 2]), {key: 2.0})
    np.testing.assert_array_equal(weights, [1, 2, 1])


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "2", None])
def test_a_class_weight_is_a_number(weight):
    with pytest.raises(ValueError, match="the weight of class 1 must be a number"):
        class_weights_to_sample_weights(np.array([0, 1]), {1: weight})


def test_classes_that_no_sample_has_may_have_a_weight():
    weights = class_weights_to_sample_weights(np.array([0, 1]), {6: 2.0}, classes=7)
    np.testing.assert_array_equal(weights, [1, 1])
    # A single output says nothing about their number: a key beyond all labels has no effect.
    with pytest.raises(ValueError, match=r"7 is not the index of a class, .* 0 to 1"):
        class_weights_to_sample_weights(np.array([[0], [1]]), {7: 2.0}, classes=1)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.array([0.5, 1.0]), "the class of each sample: whole numbers from 0 in y, got 0.5"),
        (np.array([[-1], [1]]), "the class of each sample: whole numbers from 0 in y, got -1"),
        (np.array([[1.0, 1.0], [0.0, 1.0]]), "rows of y that are 0 or more and sum to 1"),
        (np.array([[2.0, -1.0], [0.0, 1.0]]), "rows of y that are 0 or more and sum to 1"),
        (np.zeros((2, 3, 3)), "one target for each sample"),
    ],
)
def test_class_weights_mean_nothing_for_targets_that_are_no_classes(y, message):
    with pytest.raises(ValueError, match=message):
        class_weights_to_sample_weights(y, {0: 2.0})


def test_smoothed_targets_belong_to_their_largest_class():
    y = np.array([[0.9, 0.05, 0.05], [0.1, 0.1, 0.8]], np.float32)
    np.testing.assert_array_equal(class_weights_to_sample_weights(y, {2: 3.0}), [1, 3])
