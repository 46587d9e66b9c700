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
