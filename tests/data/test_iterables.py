"""Generators, sequences and iterables as batch sources."""

import threading
import time

import numpy as np
import pytest

from minicnn.data.batches import Batch
from minicnn.data.iterables import IterableBatches, first_item, is_iterable
from minicnn.data.read_ahead import read_ahead


def batch(item, samples):
    x = np.full((2, 1), item, np.float32)
    return Batch(x, x, None, samples + np.arange(2))


def numbers(source, epoch=0):
    return [int(one.x[0, 0]) for one in source.batches(epoch)]


class Sequence:
    def __init__(self, n):
        self.n, self.ended = n, 0

    def __len__(self):
        return self.n

    def __getitem__(self, number):
        assert 0 <= number < self.n
        return number

    def on_epoch_end(self):
        self.ended += 1


class Loader:
    """Starts anew with each iteration, like a DataLoader."""

    def __len__(self):
        return 3

    def __iter__(self):
        return iter(range(3))


def test_what_holds_samples_is_told_from_what_yields_batches():
    for data in (np.zeros(3), [np.zeros(3)], (1, 2), {"x": 1}, None, "path"):
        assert not is_iterable(data)
    for source in (Sequence(2), Loader(), iter([1]), (x for x in [1])):
        assert is_iterable(source)


def test_a_sequence_is_gone_through_in_order_and_told_of_the_end():
    sequence = Sequence(4)
    source = IterableBatches(sequence, batch)
    assert len(source) == 4
    assert numbers(source) == numbers(source, 1) == [0, 1, 2, 3]
    assert sequence.ended == 2


def test_a_shuffled_sequence_has_an_order_for_each_epoch():
    orders = [
        numbers(IterableBatches(Sequence(20), batch, shuffle=True, seed=lambda s=s: s), e)
        for s, e in ((1, 0), (1, 0), (1, 1), (2, 0))
    ]
    assert orders[0] == orders[1]
    assert len({tuple(order) for order in orders}) == 3
    assert all(sorted(order) == list(range(20)) for order in orders)


def test_an_iterable_starts_anew_and_an_iterator_goes_on():
    assert [numbers(IterableBatches(Loader(), batch), e) for e in (0, 1)] == [[0, 1, 2]] * 2
    source = IterableBatches(iter(range(7)), batch, steps=3)
    assert [numbers(source, e) for e in (0, 1)] == [[0, 1, 2], [3, 4, 5]]
    with pytest.warns(UserWarning, match="ended after 1 of 3 batches of epoch 3"):
        assert numbers(source, 2) == [6]


def test_steps_go_round_an_iterable():
    source = IterableBatches(Loader(), batch, steps=2)
    assert numbers(source) == [0, 1]
    assert [numbers(source, e) for e in (1, 2)] == [[2, 0], [1, 2]]
    anew = IterableBatches(Loader(), batch, steps=2, anew=True)
    assert [numbers(anew, e) for e in (0, 1)] == [[0, 1]] * 2
    exact = IterableBatches(Loader(), batch, steps=3)
    assert [numbers(exact, e) for e in (0, 1)] == [[0, 1, 2]] * 2


def test_an_iterable_is_started_once_an_epoch():
    class Counted(Loader):  # workers of a DataLoader start with each iteration
        started = 0

        def __iter__(self):
            self.started += 1
            return super().__iter__()

    source = IterableBatches(Counted(), batch, steps=3, anew=True)
    assert [numbers(source, e) for e in (0, 1)] == [[0, 1, 2]] * 2
    assert source._source.started == 2


def test_samples_are_counted_through_an_epoch():
    source = IterableBatches(Loader(), batch)
    assert np.concatenate([one.indices for one in source.batches(0)]).tolist() == list(range(6))


def test_the_length_of_a_generator_is_not_known():
    with pytest.raises(TypeError):
        len(IterableBatches((x for x in range(3)), batch))


def test_looking_at_the_first_item_loses_none():
    for source in (iter([1, 2]), (x for x in (1, 2))):
        first, whole = first_item(source)
        assert (first, list(whole)) == (1, [1, 2])
    for source in (Loader(), Sequence(2)):
        assert first_item(source) == (0, source)
    assert first_item(iter([]))[0] is None


def test_items_are_fetched_while_the_last_one_is_used():
    fetched = []

    def items():
        for number in range(5):
            fetched.append(number)
            yield number

    for number in read_ahead(items()):
        if number == 0:
            deadline = time.monotonic() + 5
            while len(fetched) < 3 and time.monotonic() < deadline:
                time.sleep(0.001)
            assert 3 <= len(fetched) <= 4


def test_an_error_comes_where_its_item_would():
    def items():
        yield 1
        raise KeyError("gone")

    ahead = read_ahead(items())
    assert next(ahead) == 1
    with pytest.raises(KeyError, match="gone"):
        next(ahead)


def test_no_thread_is_left():
    ahead = read_ahead(iter(range(100)))
    next(ahead)
    ahead.close()
    list(read_ahead(range(3)))
    assert not [one for one in threading.enumerate() if one.name == "minicnn-read-ahead"]
